/**
 * Finds the words that differ between two texts. The language defines the words, even if it is written without spaces. The pieces of a
 * diff, without the removed ones, are the new text; without the added ones, the old.
 */
import { diffArrays } from 'diff'

export interface Piece {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
}

/** Texts that differ more than this are shown as two texts: a mosaic of single words is unreadable and slow to compute. */
const DIFFERENCES_MAX = 400

/** From `before` to `after`. Spaces between two changed words belong to the change, so that it reads as one. */
export function wordDiff(before: string, after: string, language = 'en'): readonly Piece[] {
  const changes = diffArrays(wordsOf(before, language), wordsOf(after, language), { maxEditLength: DIFFERENCES_MAX })
  if (changes === undefined) return gathered([piece('removed', before), piece('added', after)])
  return gathered(changes.map(({ added, removed, value }) => piece(added ? 'added' : removed ? 'removed' : 'same', value.join(''))))
}

/** One of two texts, with the pieces that only it has marked as `added`. */
export const wordsOnlyIn = (text: string, other: string, language = 'en'): readonly Piece[] =>
  wordDiff(other, text, language).filter(({ kind }) => kind !== 'removed')

/** Whether an excerpt leaves something out. */
export const isLong = (pieces: readonly Piece[]): boolean => excerpt(pieces).some((one, index) => one !== pieces[index])

/** Shortens long equal stretches to the parts around the differences. */
export function excerpt(pieces: readonly Piece[], around = 60): readonly Piece[] {
  if (pieces.every(({ kind }) => kind === 'same')) return pieces
  return pieces.map((one, index) => {
    if (one.kind !== 'same') return one
    const head = index === 0 ? 0 : around
    const tail = index === pieces.length - 1 ? 0 : around
    if (one.text.length <= head + tail + around) return one
    return piece('same', `${atWordEnd(one.text.slice(0, head))}…${atWordStart(one.text.slice(one.text.length - tail))}`)
  })
}

const piece = (kind: Piece['kind'], text: string): Piece => ({ kind, text })

/** Splits a text into words. The segmenter is slow for long texts, so it is used only for parts that are not plainly words or spaces. */
function wordsOf(text: string, language: string): string[] {
  const segmenter = new Intl.Segmenter(language, { granularity: 'word' })
  const runs = text.match(/\s+|\S+/g) ?? []
  return runs.flatMap((run) => (/^(?:\s+|\w+)$/.test(run) ? run : Array.from(segmenter.segment(run), ({ segment }) => segment)))
}

/** Reorders the pieces between equal ones: removed first, then added. */
function gathered(pieces: readonly Piece[]): readonly Piece[] {
  const result: Piece[] = []
  let removed = ''
  let added = ''
  const flush = (): void => {
    if (removed !== '') result.push(piece('removed', removed))
    if (added !== '') result.push(piece('added', added))
    removed = added = ''
  }
  pieces.forEach((one, index) => {
    const isGap = one.kind === 'same' && index > 0 && index < pieces.length - 1 && /^\s+$/.test(one.text)
    if (one.kind === 'same' && !isGap) {
      flush()
      result.push(one)
      return
    }
    if (one.kind !== 'added') removed += one.text
    if (one.kind !== 'removed') added += one.text
  })
  flush()
  return result
}

const atWordEnd = (text: string): string => (text === '' ? '' : `${text.replace(/\s*\S*$/, '')} `)
const atWordStart = (text: string): string => (text === '' ? '' : ` ${text.replace(/^\S*\s*/, '')}`)
