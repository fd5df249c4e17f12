import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyDelta, Builder, compose, moveCaret, moveOver, replaced, stepsOf, type TextDelta } from './text-delta.ts'
import { diffText, typedDelta } from './text-diff.ts'

const someText = (maxLength = 12): fc.Arbitrary<string> => fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', '😀', '🐦'), maxLength })

/** A delta of a text, made of random stretches at whole characters. */
const deltaOf = (text: string): fc.Arbitrary<TextDelta> => {
  const characters = Array.from(text)
  const part = fc.record({ keep: fc.nat(4), drop: fc.nat(3), insert: someText(3) })
  return fc.array(part, { maxLength: 4 }).map((parts) => {
    const builder = new Builder()
    let at = 0
    const take = (count: number): number => characters.slice(at, (at += count)).join('').length
    for (const { keep, drop, insert } of parts) builder.keep(take(keep)).insert(insert).drop(take(drop))
    return builder.delta()
  })
}

const textAndDeltas = someText().chain((text) => fc.tuple(fc.constant(text), deltaOf(text), deltaOf(text)))
const inserted = (delta: TextDelta): string => delta.filter((part) => typeof part === 'string').join('')
const cutsPair = (text: string): boolean => /\p{Surrogate}/u.test(text)

describe('a delta', () => {
  test('followed by another is one', () => {
    const sequence = someText().chain((text) =>
      deltaOf(text).chain((a) => fc.tuple(fc.constant(text), fc.constant(a), deltaOf(applyDelta(text, a)))),
    )
    fc.assert(
      fc.property(sequence, ([text, a, b]) => {
        expect(applyDelta(text, compose(a, b))).toBe(applyDelta(applyDelta(text, a), b))
      }),
    )
  })

  test('and another, each moved over the other, end in one text', () => {
    fc.assert(
      fc.property(textAndDeltas, ([text, a, b]) => {
        const left = applyDelta(applyDelta(text, a), moveOver(b, a, false))
        expect(left).toBe(applyDelta(applyDelta(text, b), moveOver(a, b, true)))
        expect(cutsPair(left)).toBe(false)
      }),
    )
  })

  test('moved over another puts in all that it puts in, and leaves out nothing that the other put in', () => {
    fc.assert(
      fc.property(textAndDeltas, ([text, a, b]) => {
        expect(inserted(moveOver(a, b, true))).toBe(inserted(a))
        const marked = b.map((part) => (typeof part === 'string' ? part.replaceAll(/[^]/g, 'M') : part))
        const count = (marks: string): number => marks.split('M').length - 1
        const clean = a.map((part) => (typeof part === 'string' ? part.replaceAll('M', '') : part))
        expect(count(applyDelta(applyDelta(text, marked), moveOver(clean, marked, false)))).toBe(count(inserted(marked)))
      }),
    )
  })

  test('is what its steps do one after another, each one stretch', () => {
    fc.assert(
      fc.property(textAndDeltas, ([text, a]) => {
        const steps = stepsOf(text, a)
        expect(steps.at(-1) ?? text).toBe(applyDelta(text, a))
        expect(stepsOf(text, compose(a, []))).toEqual(steps)
      }),
    )
    expect(stepsOf('one two', ['a ', 4, 'x', -3, 'y'])).toEqual(['a one two', 'a one xy'])
  })

  test('takes a caret along', () => {
    expect(moveCaret(3, [1, 'xx'])).toBe(5)
    expect(moveCaret(3, [3, 'xx'])).toBe(3)
    expect(moveCaret(3, [1, -1])).toBe(2)
    expect(moveCaret(3, [1, -5])).toBe(1)
    expect(moveCaret(3, replaced('hello', 'bye'))).toBe(3)
    fc.assert(
      fc.property(textAndDeltas, fc.nat(), ([text, a], at) => {
        const caret = text.length === 0 ? 0 : at % (text.length + 1)
        const moved = moveCaret(caret, a)
        expect(moved).toBeGreaterThanOrEqual(0)
        expect(moved).toBeLessThanOrEqual(applyDelta(text, a).length)
      }),
    )
  })
})

describe('a difference', () => {
  test('makes one text of the other, and cuts no pair', () => {
    fc.assert(
      fc.property(someText(30), someText(30), fc.nat(30), (before, after, caret) => {
        for (const delta of [
          diffText(before, after),
          typedDelta(before, after, null),
          typedDelta(before, after, Math.min(caret, after.length)),
        ]) {
          expect(applyDelta(before, delta)).toBe(after)
          expect(cutsPair(inserted(delta))).toBe(false)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('of several places is several stretches, as short as they can be', () => {
    expect(diffText('the cat sat', 'The cat sits')).toEqual(['T', -1, 8, 'i', -1, 1, 's'])
    expect(diffText('hello world', 'hello brave world')).toEqual([6, 'brave '])
    const edits = (delta: TextDelta): number =>
      delta.reduce<number>((sum, part) => sum + (typeof part === 'string' ? part.length : Math.max(0, -part)), 0)
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 14 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 14 }),
        (a, b) => {
          expect(edits(diffText(a, b))).toBe(a.length + b.length - 2 * longestCommon(a, b))
        },
      ),
    )
  })

  test.each([
    ['in brackets', '<', '>', /<[^<>]*>/g],
    ['with spaces between them', '', ' ', /[^ ]+ /g],
  ])(
    '[M5] keeps words %s whole: one that is put between others stays so, whatever others put there meanwhile',
    (_name, open, close, WORDS) => {
      const word = fc
        .tuple(fc.constantFrom('heron', 'hero', 'herons', 'her', 'egret', 'regret'), fc.nat(30))
        .map(([name, n]) => `${open}${name}.${n}${close}`)
      const put = fc.tuple(word, fc.nat(99))
      const places = (words: readonly string[], added: readonly (readonly [string, number])[]): string =>
        added.reduce<readonly string[]>((all, [more, at]) => all.toSpliced(at % (all.length + 1), 0, more), words).join('')
      fc.assert(
        fc.property(fc.array(word, { maxLength: 12 }), fc.array(put, { maxLength: 6 }), put, (words, others, mine) => {
          const [from, to, now] = [words.join(''), places(words, [mine]), places(words, others)]
          const result = applyDelta(now, moveOver(typedDelta(from, to, null), diffText(from, now), false))
          const expected = [...words, ...others.map(([other]) => other), mine[0]]
          expect((result.match(WORDS) ?? []).toSorted()).toEqual(expected.toSorted())
        }),
        { numRuns: 2000 },
      )
    },
  )

  test('of texts that have little in common is one stretch', () => {
    const [before, after] = ['x'.repeat(30_000), 'y'.repeat(10)]
    expect(diffText(before, after)).toEqual([after, -30_000])
    expect(diffText('ab'.repeat(200), 'cd'.repeat(200))).toEqual(['cd'.repeat(200), -400])
  })

  test('of many words that were rewritten is searched no longer than that of one: there they are replaced whole', () => {
    const [before, after] = ['ox'.repeat(20), 'ax'.repeat(20)]
    const others = (text: string): string => Array.from({ length: 81 }, () => text).join(' ')
    expect(diffText(before, after)).toEqual(Array.from({ length: 20 }, (_, index) => (index === 0 ? ['a', -1] : [1, 'a', -1])).flat())
    const delta = diffText(others(before), others(after))
    expect(delta).toEqual(Array.from({ length: 81 }, (_, index) => (index === 0 ? [after, -40] : [1, after, -40])).flat())
  })

  test('between equal characters is where the caret is', () => {
    expect(typedDelta('aaa', 'aaaa', 2)).toEqual([1, 'a'])
    expect(typedDelta('aaaa', 'aaa', 1)).toEqual([1, -1])
    expect(typedDelta('aaa', 'aaaa', null)).toEqual([3, 'a'])
    expect(typedDelta('😀😀', '😀😀😀', 2)).toEqual(['😀'])
  })
})

/** The oracle: by the book, in quadratic time. */
function longestCommon(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, () => 0)
  for (const x of a) {
    const next = [0]
    for (let index = 0; index < b.length; index++)
      next.push(x === b[index] ? (row[index] ?? 0) + 1 : Math.max(row[index + 1] ?? 0, next[index] ?? 0))
    row = next
  }
  return row.at(-1) ?? 0
}
