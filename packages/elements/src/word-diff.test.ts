import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { excerpt, type Piece, wordDiff, wordsOnlyIn } from './word-diff.ts'

/** `Two` removed is [-Two-], added is {+Two+}. */
const shown = (pieces: readonly Piece[]): string =>
  pieces.map(({ kind, text }) => (kind === 'same' ? text : kind === 'added' ? `{+${text}+}` : `[-${text}-]`)).join('')

test.each([
  ['the same', 'Two otters', 'Two otters', 'Two otters'],
  ['a word changed', 'Two otters at the weir', 'Three otters at the weir', '[-Two-]{+Three+} otters at the weir'],
  ['words that follow one another are one change', 'one young otter', 'two adult otter', '[-one young-]{+two adult+} otter'],
  ['a word added', 'Two otters', 'Two young otters', 'Two {+young +}otters'],
  ['a word removed', 'Two young otters', 'Two otters', 'Two [-young -]otters'],
  ['punctuation', 'At the weir', 'At the weir!', 'At the weir{+!+}'],
  ['from nothing', '', 'Otters', '{+Otters+}'],
  ['to nothing', 'Otters', '', '[-Otters-]'],
  ['emoji stay whole', 'seen 👩🏽‍🔬', 'seen 👩🏽‍🌾', 'seen [-👩🏽‍🔬-]{+👩🏽‍🌾+}'],
])('%s', (_what, before, after, expected) => {
  expect(shown(wordDiff(before, after))).toBe(expected)
})

test('a language without spaces has words too', () => {
  expect(shown(wordDiff('川でカワウソを見た', '海でカワウソを見た', 'ja'))).toBe('[-川-]{+海+}でカワウソを見た')
})

test('texts that have little in common are two texts, quickly', () => {
  const text = (seed: number): string => Array.from({ length: 20_000 }, (_, n) => `w${(n * seed) % 9_973}`).join(' ')
  expect(wordDiff(text(3), text(7)).map(({ kind }) => kind)).toEqual(['removed', 'added'])
})

test('the pieces are both texts, whatever they are', () => {
  const prose = fc
    .array(fc.constantFrom('otter', 'weir', ' ', '  ', '\n', 'é', '.', '川', '👩🏽‍🔬'), { maxLength: 30 })
    .map((all) => all.join(''))
  fc.assert(
    fc.property(prose, prose, (before, after) => {
      const pieces = wordDiff(before, after)
      const without = (kind: Piece['kind']): string =>
        pieces
          .filter((one) => one.kind !== kind)
          .map(({ text }) => text)
          .join('')
      expect([without('added'), without('removed')]).toEqual([before, after])
    }),
  )
})

test('beside another text, only what is in this one is marked', () => {
  expect(shown(wordsOnlyIn('Two otters', 'Three otters'))).toBe('{+Two+} otters')
})

describe('an excerpt', () => {
  const long = 'word '.repeat(100)

  test('keeps what stands round a difference', () => {
    const text = shown(excerpt(wordDiff(`${long}Two otters. ${long}`, `${long}Three otters. ${long}`)))
    expect(text).toMatch(/^ ?…(?: word)+ \[-Two-\]\{\+Three\+\} otters\.(?: word)+ …$/)
    expect(text.length).toBeLessThan(220)
  })

  test('is the whole text when nothing differs', () => {
    expect(shown(excerpt(wordDiff(long, long)))).toBe(long)
  })

  test('is the whole text when it is short', () => {
    expect(shown(excerpt(wordDiff('At the weir two otters', 'At the weir three otters')))).toBe('At the weir [-two-]{+three+} otters')
  })
})
