/**
 * Judges what is there after the torture: on each device every word that anyone was told is saved, or that anyone has, is there once, in
 * its sheet, in its count and in its line.
 */

/** What one device shows when everything has been sent and received. */
export interface Contents {
  readonly sheets: readonly { readonly id: string; readonly body: string; readonly words: number }[]
  /** The word of each line. */
  readonly lines: readonly string[]
  /** Changes that wait or were refused: nothing here may. */
  readonly open: number
}

export interface Findings {
  /** Words that are not there, counted once for each device, and changes that did not go through. */
  readonly lost: number
  /** Words that are there twice, or were counted twice. */
  readonly doubled: number
  /** Words of which only a part is there, and damaged databases. */
  readonly torn: number
}

export const NOTHING_FOUND: Findings = { lost: 0, doubled: 0, torn: 0 }

export const together = (...all: readonly Findings[]): Findings =>
  all.reduce((a, b) => ({ lost: a.lost + b.lost, doubled: a.doubled + b.doubled, torn: a.torn + b.torn }), NOTHING_FOUND)

/** `saved`: the words that somebody was told are saved. */
export function judge(saved: ReadonlySet<string>, devices: readonly Contents[]): Findings {
  const expected = new Set([...saved, ...devices.flatMap((device) => [...countOf(wordsOf(device)).keys(), ...device.lines])])
  return together(...devices.map((device) => judgeOne(expected, device)))
}

function judgeOne(expected: ReadonlySet<string>, device: Contents): Findings {
  const [written, listed] = [countOf(wordsOf(device)), countOf(device.lines)]
  const words = [...expected]
  const lost = words.filter((word) => !written.has(word) && !listed.has(word)).length
  const twice = words.filter((word) => (written.get(word) ?? 0) > 1 || (listed.get(word) ?? 0) > 1).length
  const halved = words.filter((word) => written.has(word) !== listed.has(word)).length
  const miscounted = device.sheets.map(({ body, words: counted }) => counted - countOf(wordsIn(body)).size)
  return {
    lost: lost + device.open,
    doubled: twice + sum(miscounted.filter((over) => over > 0)),
    torn: halved - sum(miscounted.filter((over) => over < 0)) + device.sheets.filter(({ body }) => body.replace(WORD, '') !== '').length,
  }
}

const WORD = /<[^<>]+>/g

const wordsIn = (body: string): readonly string[] => body.match(WORD) ?? []
const wordsOf = ({ sheets }: Contents): readonly string[] => sheets.flatMap(({ body }) => wordsIn(body))
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

function countOf(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}
