/** Seeds add up to a report, and the report says so in words. */
import { expect, test } from 'vitest'
import type { SeedFindings } from './findings/findings.ts'
import { ReportSoFar } from './report.ts'
import { reportInWords } from './words.ts'

const DAY_MS = 86_400_000

const held = (seed: number): SeedFindings => ({
  seed,
  failure: null,
  deviceMs: 2 * DAY_MS,
  edits: 100,
  refusals: new Map([
    ['planted value.invalid notes.title', 2],
    ['device storage.full ', 1],
  ]),
  mendings: new Map([['amend', 2]]),
  conclusion: {
    meetings: new Map([
      ['notes.title', { rule: 'latest', writes: 50, met: 5, asked: 0 }],
      ['notes.quality', { rule: 'review', writes: 40, met: 10, asked: 4 }],
      ['notes.$life', { rule: 'edit-wins', writes: 1, met: 1, asked: 0 }],
    ]),
    kept: { saves: 101, givenUp: 3, withTheirDisk: 1 },
    sizes: {
      records: [100, 300, 200],
      texts: [30],
      textBytes: 10,
      beside: 500,
      changes: 100,
      outboxBytes: seed * 1000,
      outboxChanges: seed,
      hubBytes: 100_000,
      hubChanges: 100,
    },
  },
})

const failed = (seed: number, invariant: string): SeedFindings => ({
  ...held(seed),
  failure: { invariant, message: `${invariant}: one thing\nand another` },
  conclusion: null,
})

function reportOf(...seeds: readonly SeedFindings[]): ReturnType<ReportSoFar['report']> {
  const sum = new ReportSoFar()
  for (const seed of seeds) sum.add(seed)
  return sum.report()
}

test('what held adds up', () => {
  const report = reportOf(held(7), held(3))
  expect(report).toMatchObject({ seeds: 2, failures: 0, deviceDays: 4, edits: 200, lost: 0, mended: { retry: 0, amend: 4, discard: 0 } })
  expect(report.kept).toEqual({ saves: 202, givenUp: 6, withTheirDisk: 2 })
  expect(report.fields[0]).toEqual({ field: 'notes.quality', rule: 'review', writes: 80, met: 20, merged: 12, asked: 8 })
  expect(report.refusals).toContainEqual({ by: 'planted', code: 'value.invalid', field: 'notes.title', times: 4 })
  expect(report.refusals).toContainEqual({ by: 'device', code: 'storage.full', field: '', times: 2 })
  expect(report.sizes).toEqual({
    record: { median: 200, p99: 300, largest: 300 },
    text: { median: 30, p99: 30, largest: 30 },
    textTimes: 3,
    perChange: 5,
    outboxBytes: 7000,
    outboxChanges: 7,
    hubPerChange: 1000,
  })
  const words = reportInWords(report)
  expect(words).toContain('2 seeds, 4 device-days, 200 edits.\nConverged: ')
  expect(words).toContain('\n  field           rule       edits  met  merged  for a person  per 1,000 edits\n')
  expect(words).toContain('\n  notes.quality   review        80   20      12             8            100.0\n')
  expect(words).toContain('\n  notes, deleted  edit-wins      2    2       2             0              0.0\n')
  expect(words).toContain('\nLost: nothing. ')
})

test('what failed is told, the first seed first, and never as if it had come to its end', () => {
  const report = reportOf(failed(9, 'I-RULE'), held(1), failed(4, 'I-NOLOSS'))
  expect(report).toMatchObject({ seeds: 3, failures: 2, failing: [{ seed: 4 }, { seed: 9 }], lost: 1 })
  const words = reportInWords(report)
  expect(words).toContain('FAILED: 2 of 3 seeds.\n  seed 4  I-NOLOSS: one thing\n    and another\n  seed 9  I-RULE: one thing\n')
  expect(words).toContain('\nLost: work in 1 seed. ')
  expect(reportInWords(reportOf(failed(9, 'I-RULE')))).toContain('\nLost: nothing, as far as the seeds that failed came. ')
})
