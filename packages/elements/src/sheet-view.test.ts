import type { StoreStatus } from '@tombolo/client'
import { describe, expect, test } from 'vitest'
import { sheetView } from './sheet-view.ts'
import { NOW, SPACE, STATES, STATUS } from './test/samples.ts'
import { Wording } from './wording.ts'

const words = new Wording('en-GB')
const view = (part: Partial<StoreStatus> = {}): ReturnType<typeof sheetView> => sheetView({ ...STATUS, ...part }, words, NOW)
const fact = (part: Partial<StoreStatus>, name: string): { readonly values: readonly string[]; readonly more: readonly string[] } => {
  const { values, more } = view(part).facts.find((one) => one.name === name) ?? { values: [], more: [] }
  return { values, more }
}

test('everything that waits is counted apart, with the oldest and the next try', () => {
  expect(fact(STATES['weak'] ?? {}, 'To send')).toEqual({
    values: ['3 records', '2 files', '1 question waits for a connection'],
    more: ['The oldest was saved 12:00', 'Will try again at 14:20'],
  })
})

test.each([
  ['unknown', null],
  ['past', NOW - 1],
])('no next try is promised when its time is %s', (_what, nextTryAt) => {
  expect(fact({ toSend: 1, nextTryAt }, 'To send').more).toEqual([])
})

test('nothing waits', () => {
  expect(fact({ nextTryAt: NOW + 1 }, 'To send')).toEqual({ values: ['Nothing waits'], more: [] })
})

test.each([
  [null, 'Not yet'],
  [NOW - 3 * 60_000, '14:02 · 3 minutes ago'],
  [NOW - 26 * 3_600_000, 'yesterday 12:05'],
  // A hub that is ahead of this device does not answer from the future.
  [NOW + 60_000, '14:06 · just now'],
])('the last sync at %s', (lastSuccessAt, said) => {
  expect(fact({ lastSuccessAt }, 'Last sync').values).toEqual([said])
})

test('a first load says how far it is', () => {
  expect(fact({ loading: 0.999 }, 'Last sync').more).toEqual(['99% of what the hub has is here'])
})

test('what is kept for the hub is part of the storage', () => {
  expect(
    fact(
      { storage: { bytes: 12_400_000, retainedBytes: 45_000, reserveBytes: 8_388_608, isFull: false, durability: 'disk' } },
      'On this device',
    ),
  ).toEqual({
    values: ['12 MB'],
    more: ['45 kB of it is kept until the hub can no longer lose it'],
  })
})

describe('a signal is shown only where there can be one', () => {
  test.each([
    ['live', 'poor', 'Weak signal · small items first'],
    ['connecting', 'fair', 'Fair signal'],
    ['offline', 'none', null],
    ['needs-sign-in', 'good', null],
  ] as const)('%s, %s', (connection, signal, said) => {
    expect(view({ connection, signal }).signal).toBe(said)
  })
})

describe('the clock', () => {
  const MINUTE = 60_000
  test.each([
    [null, false, []],
    [2 * MINUTE, false, []],
    [7 * MINUTE, true, ['The clock of this device is 7 minutes behind. Times are corrected as far as possible; please set the clock.']],
    [-3 * 60 * MINUTE, true, ['The clock of this device is 3 hours ahead. Times are corrected as far as possible; please set the clock.']],
    [null, true, ['The clock of this device shows a time before your newest data. Please set the clock.']],
  ])('%s ms from the hub, warning: %s', (clockOffsetMs, clockWarning, said) => {
    expect(view({ clockOffsetMs, clockWarning }).warnings).toEqual(said)
  })
})

test('a browser that keeps only the outbox is told of', () => {
  expect(view(STATES['outbox-only']).warnings).toHaveLength(1)
})

test('a device that is full says that what was saved is safe, and what to do', () => {
  const { warnings } = view({ storage: { ...STATUS.storage, isFull: true } })
  expect(warnings).toEqual([expect.stringMatching(/^This device is full\. What you saved is safe and is still sent/)])
})

test('a store that was built anew says what of the person’s own work was saved, and what was not', () => {
  const recovered = { at: NOW, cause: 'damaged', rescued: 3, unreadable: 1, setAside: ['store'] } as const
  const said = (part: object): readonly string[] => view({ recovered: { ...recovered, ...part } }).warnings
  expect(said({})).toEqual([
    'The data of this app on this device was damaged, and was built anew. 3 changes that were not sent were saved. 1 change could not be read. Everything else comes from the hub.',
  ])
  expect(said({ rescued: 0, unreadable: 0 })[0]).toContain('Nothing had been waiting to be sent.')
  expect(said({ unreadable: null })[0]).toContain('3 changes that were not sent were saved. Others may have been lost.')
  expect(said({ cause: 'removed', rescued: 1 })[0]).toMatch(/^The browser had removed .* 1 change that was not sent was saved\./)
})

test('work that gets nowhere is told of, with the code that whoever looks after the app needs', () => {
  const stalled = { space: SPACE, doing: 'push', since: NOW - 900_000, tries: 9, problem: 'hub.fault' } as const
  expect(view({ stalled }).warnings).toEqual([expect.stringMatching(/safe on this device.*hub\.fault\.$/)])
})

test('what needs a person comes with what is asked of them', () => {
  expect(view({ needsAttention: 2, toReview: 1 }).needsYou.map(({ view: to, text }) => [to, text])).toEqual([
    ['outbox', '2 need attention'],
    ['review', '1 to review'],
  ])
})
