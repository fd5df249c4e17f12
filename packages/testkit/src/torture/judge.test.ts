/** A judge that finds nothing proves nothing: here is what it has to find. */
import { describe, expect, test } from 'vitest'
import { type Contents, type Findings, judge } from './judge.ts'

const good: Contents = { sheets: [{ id: 's', body: '<a.1><b.1>', words: 2 }], lines: ['<a.1>', '<b.1>'], open: 0 }
const sheet = (body: string, words: number): Contents => ({ ...good, sheets: [{ id: 's', body, words }] })

describe('the judge of a torture finds', () => {
  test.each<readonly [string, readonly string[], readonly Contents[], Findings]>([
    ['nothing where all is well', ['<a.1>'], [good, good], { lost: 0, doubled: 0, torn: 0 }],
    ['a saved word that is nowhere', ['<c.1>'], [good, good], { lost: 2, doubled: 0, torn: 0 }],
    ['a word that another device has', [], [good, { sheets: [], lines: [], open: 0 }], { lost: 2, doubled: 0, torn: 0 }],
    ['a change that still waits', [], [{ ...good, open: 1 }], { lost: 1, doubled: 0, torn: 0 }],
    ['a word that is in a text twice', [], [sheet('<a.1><b.1><a.1>', 2)], { lost: 0, doubled: 1, torn: 0 }],
    ['a line that is there twice', [], [{ ...good, lines: [...good.lines, '<a.1>'] }], { lost: 0, doubled: 1, torn: 0 }],
    ['a word that was counted twice', [], [sheet('<a.1><b.1>', 3)], { lost: 0, doubled: 1, torn: 0 }],
    ['a word that was not counted', [], [sheet('<a.1><b.1>', 1)], { lost: 0, doubled: 0, torn: 1 }],
    ['a word without its line', [], [{ ...good, lines: ['<a.1>'] }], { lost: 0, doubled: 0, torn: 1 }],
    ['a line without its word', [], [sheet('<a.1>', 1)], { lost: 0, doubled: 0, torn: 1 }],
    ['half a word', [], [sheet('<a.1><b.1><c.', 2)], { lost: 0, doubled: 0, torn: 1 }],
  ])('%s', (_name, saved, devices, findings) => {
    expect(judge(new Set(saved), devices)).toEqual(findings)
  })
})
