import type { OutboxItem } from '@tombolo/client'
import type { SpaceId, Waiting, WaitReason } from '@tombolo/core'
import { describe, expect, test } from 'vitest'
import { exportName, outboxCard, outboxSections } from './outbox-view.ts'
import { failedItem, NOW, OUTBOX, outboxItem, recordId, STATUS } from './test/samples.ts'
import { Wording } from './wording.ts'

const words = new Wording('en-GB', {}, { thing: (collection) => (collection === 'notes' ? 'note' : undefined) })
const card = (part: Partial<OutboxItem>, waiting: Waiting | null = null): ReturnType<typeof outboxCard> =>
  outboxCard(outboxItem(1, part), waiting, words, NOW)
const named = (...titles: readonly (string | null)[]): OutboxItem['records'] =>
  titles.map((title, index) => ({ collection: 'notes', id: recordId(index), title }))

test('what was refused stands first; the rest in the order in which it was written', () => {
  const sections = outboxSections([outboxItem(1), failedItem(2), outboxItem(3)], STATUS, words, NOW)
  expect(sections.map(({ title, cards }) => [title, cards.map(({ item }) => item.seq)])).toEqual([
    ['Needs attention (1)', [2]],
    ['Ready to send (2)', [1, 3]],
  ])
})

test('an empty section is not there', () => {
  expect(outboxSections([outboxItem(1)], STATUS, words, NOW).map(({ kind }) => kind)).toEqual(['ready'])
  expect(outboxSections([], STATUS, words, NOW)).toEqual([])
})

test.each([
  [{ label: 'Import counts.csv', recordCount: 214 }, 'Import counts.csv'],
  [{ records: named('Heron'), recordCount: 1 }, 'Heron'],
  [{ records: named('Heron', 'Otter'), recordCount: 2 }, 'Heron and 1 more'],
  [{ records: named('Heron', 'Otter'), recordCount: 12 }, 'Heron and 11 more'],
  [{ records: named(null), recordCount: 1 }, 'Untitled note'],
  [{ records: [{ collection: 'plots', id: recordId(1), title: null }] }, 'Untitled record'],
  [{ records: [], recordCount: 0, lane: 'files' }, 'File'],
  [{ records: [], recordCount: 0, lane: 'jobs' }, 'Question'],
] as const)('%j is called %s', (part, title) => {
  expect(card(part).title).toBe(title)
})

describe('why it waits', () => {
  test.each([
    ['typing', 'Still being written'],
    ['wifi-only', 'Waits for Wi-Fi'],
    ['sign-in', 'Waits for you to sign in'],
    ['app.older', 'Waits for an update of the app'],
    // A word of a newer engine is not shown as a code.
    ['moon-phase', 'Saved on this device'],
  ])('%s', (reason, said) => {
    expect(card({}, { reason: reason as WaitReason, tries: 0, nextTryAt: null }).why).toBe(said)
  })

  test('what is being sent just now has no reason: it is saved', () => {
    expect(card({}, null).why).toBe('Saved on this device')
  })

  test('each space says why what is in it waits; what was refused waits for nothing', () => {
    const other = 'another space' as SpaceId
    const status = { ...STATUS, waits: { [other]: { reason: 'permission', tries: 0, nextTryAt: null } as const } }
    const items = [failedItem(1, { space: other }), outboxItem(2), outboxItem(3, { space: other })]
    const cards = outboxSections(items, status, words, NOW).flatMap((section) => section.cards)
    expect(cards.map(({ why }) => why)).toEqual(['A count cannot be below zero.', 'Saved on this device', words.say('wait.permission')])
  })

  test.each([
    [NOW + 15 * 60_000, 'Will try again at 14:20'],
    [NOW - 1, null],
    [null, null],
  ])('a next try at %s', (nextTryAt, said) => {
    expect(card({}, { reason: 'retry', tries: 3, nextTryAt }).nextTry).toBe(said)
  })

  test('tries are counted once there were some', () => {
    expect(card({ savedAt: NOW }, { reason: 'retry', tries: 3, nextTryAt: null }).facts).toEqual(['Saved 14:05', '0.4 kB', 'Tried 3 times'])
    expect(card({ savedAt: NOW }, { reason: 'turn', tries: 0, nextTryAt: null }).facts).toEqual(['Saved 14:05', '0.4 kB'])
  })
})

describe('what was refused', () => {
  const refused = (code: string, canRetry = true): ReturnType<typeof card>['refusal'] =>
    card({ status: 'failed', canRetry, refused: { code, message: 'No.', field: 'observedAt' } }).refusal

  test('says what the hub said, in which field, and what to do', () => {
    expect(card({ status: 'failed', refused: { code: 'value.invalid', message: 'A count cannot be below zero.' } }).why).toBe(
      'A count cannot be below zero.',
    )
    expect(refused('value.invalid')).toEqual({
      code: 'value.invalid',
      field: 'Observed at',
      advice: 'Edit it, correct the value, and it goes out again.',
      asksForEdit: true,
    })
  })

  test.each([
    ['value.tooLarge', true, true, 'Make it smaller'],
    ['group.partial', true, true, 'Edit it'],
    ['access.denied', true, false, 'Ask whoever'],
    ['hub.fault', true, false, 'The hub failed'],
    ['intent.reused', false, true, 'Something else was sent'],
    ['schema.cannotUpgrade', true, false, 'Update the app'],
    // A product's own code.
    ['trip.closed', true, false, 'Retry, or edit it'],
    ['trip.closed', false, true, 'Edit it, or export it'],
  ])('%s, retry %s', (code, canRetry, asksForEdit, said) => {
    expect(refused(code, canRetry)).toMatchObject({ asksForEdit, advice: expect.stringContaining(said) as string })
  })
})

test('records that are not named are counted', () => {
  const [, , imported] = OUTBOX
  expect(imported === undefined ? null : outboxCard(imported, null, words, NOW)).toMatchObject({
    writes: ['Plot 1', 'Plot 2'],
    unnamed: 212,
  })
})

test.each([
  ['Otter at the weir!', 'otter-at-the-weir-2026-11-03.json'],
  ['Größe / Höhe', 'größe-höhe-2026-11-03.json'],
  ['…', 'change-2026-11-03.json'],
  ['x'.repeat(200), `${'x'.repeat(60)}-2026-11-03.json`],
])('an export of %s', (title, file) => {
  expect(exportName(title, Date.UTC(2026, 10, 3))).toBe(file)
})
