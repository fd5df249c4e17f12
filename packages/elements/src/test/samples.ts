/** Samples of what a store says, as of one Tuesday afternoon. */
import type { ConflictItem, HistoryItem, OutboxItem, Row, SideItem, StoreStatus } from '@tombolo/client'
import type { ConflictId, Intent, Name, RecordId, SpaceId, Stamp } from '@tombolo/core'

const MINUTE = 60_000
/** Tuesday, 3 November 2026, 14:05 where the test runs. */
export const NOW: number = new Date(2026, 10, 3, 14, 5).getTime()
export const SPACE = '01920000-0000-7000-8000-000000000001' as SpaceId
export const recordId = (n: number): RecordId => `01920000-0000-7000-8000-${String(n).padStart(12, '0')}` as RecordId

export const STATUS: StoreStatus = {
  connection: 'live',
  signal: 'good',
  toSend: 0,
  lanes: { changes: 0, files: 0, jobs: 0 },
  needsAttention: 0,
  toReview: 0,
  oldestUnansweredAt: null,
  lastSuccessAt: NOW - 3 * MINUTE,
  nextTryAt: null,
  waiting: null,
  waits: {},
  stalled: null,
  loading: null,
  storage: { bytes: 12_400_000, retainedBytes: 0, reserveBytes: 8_388_608, isFull: false, durability: 'disk' },
  recovered: null,
  clockOffsetMs: 40,
  clockWarning: false,
  mended: null,
  epoch: null,
  account: 'amina@example.org',
}

export function outboxItem(seq: number, part: Partial<OutboxItem> = {}): OutboxItem {
  return {
    seq,
    space: SPACE,
    intent: `intent-${seq}` as Intent,
    lane: 'changes',
    status: 'pending',
    label: null,
    records: [{ collection: 'notes', id: recordId(seq), title: `Note ${seq}` }],
    recordCount: 1,
    bytes: 412,
    savedAt: NOW - seq * 7 * MINUTE,
    refused: null,
    canRetry: false,
    canDiscard: true,
    ...part,
  }
}

export const failedItem = (seq: number, part: Partial<OutboxItem> = {}): OutboxItem =>
  outboxItem(seq, {
    status: 'failed',
    refused: { code: 'value.invalid', message: 'A count cannot be below zero.', field: 'count' },
    canRetry: true,
    ...part,
  })

export const OUTBOX: readonly OutboxItem[] = [
  failedItem(1, { records: [{ collection: 'notes', id: recordId(1), title: 'Otter at the weir' }] }),
  outboxItem(2, {
    records: [{ collection: 'notes', id: recordId(2), title: 'Heron, two juveniles' }],
  }),
  outboxItem(3, {
    label: 'Import counts.csv',
    recordCount: 214,
    bytes: 86_300,
    records: [
      { collection: 'notes', id: recordId(3), title: 'Plot 1' },
      { collection: 'notes', id: recordId(4), title: 'Plot 2' },
    ],
    canDiscard: false,
  }),
  outboxItem(5, {
    lane: 'files',
    records: [],
    recordCount: 0,
    bytes: 2_300_000,
  }),
]

const row = (n: number, title: string, part: Partial<Row> = {}): Row => ({
  id: recordId(n),
  space: SPACE,
  $state: 'synced',
  $version: 'version',
  $conflicts: [],
  $failed: null,
  title,
  ...part,
})

export const ROWS: readonly Row[] = [
  row(1, 'Otter at the weir', {
    $state: 'failed',
    body: 'Two otters at the weir, one young, heading upstream.',
    count: 2,
    $failed: { count: { value: -2, code: 'value.invalid', message: 'A count cannot be below zero.' } },
  }),
  row(2, 'Heron, two juveniles', { quality: 'poor' }),
  row(3, 'Plot 1'),
]

let names = 0
export const side = (value: SideItem['value'], by: string, minutesAgo: number): SideItem => ({
  name: `name-${(names += 1)}` as Name,
  value,
  by,
  at: NOW - minutesAgo * MINUTE,
})

export function conflict(field: string, part: Partial<ConflictItem>): ConflictItem {
  const id = `conflict-${field}` as ConflictId
  return { space: SPACE, collection: 'notes', record: recordId(1), field, id, mine: [], theirs: [], before: null, ...part }
}

export const CONFLICTS: readonly ConflictItem[] = [
  conflict('body', {
    mine: [side('Two otters at the weir, one young, heading upstream.', 'amina@example.org', 3)],
    theirs: [side('Three otters below the weir, one young.', 'ben@example.org', 25)],
    before: side('Two otters at the weir, one young.', 'amina@example.org', 24 * 60),
  }),
  conflict('quality', {
    record: recordId(2),
    mine: [side('poor', 'amina@example.org', 12)],
    theirs: [side('good', 'ben@example.org', 3 * 24 * 60)],
  }),
  conflict('$life', {
    record: recordId(3),
    mine: [side('deleted', 'amina@example.org', 40)],
    theirs: [side('alive', 'ben@example.org', 90)],
  }),
]

export const HISTORY: readonly HistoryItem[] = [
  { ...side('Two otters at the weir', 'amina@example.org', 3), field: 'title', stamp: 4 as Stamp, standing: 'shown' },
  { ...side('Otters!', 'ben@example.org', 25), field: 'title', stamp: 3 as Stamp, standing: 'beside' },
  { ...side(-2, 'amina@example.org', 30), field: 'count', stamp: 3 as Stamp, standing: 'failed' },
  { ...side(2, 'amina@example.org', 60), field: 'count', stamp: 2 as Stamp, standing: 'shown' },
  { ...side('Otter at the weir', 'amina@example.org', 24 * 60), field: 'title', stamp: 1 as Stamp, standing: 'past' },
]

/** Each state of syncing that the chip and the sheet tell apart. */
export const STATES: Readonly<Record<string, Partial<StoreStatus>>> = {
  'all-sent': {},
  'to-send': { toSend: 3, lanes: { changes: 3, files: 0, jobs: 0 }, oldestUnansweredAt: NOW - 25 * MINUTE },
  weak: {
    signal: 'poor',
    toSend: 3,
    lanes: { changes: 3, files: 2, jobs: 1 },
    oldestUnansweredAt: NOW - 125 * MINUTE,
    nextTryAt: NOW + 15 * MINUTE,
    waiting: 'weak-signal',
    waits: { [SPACE]: { reason: 'weak-signal', tries: 3, nextTryAt: NOW + 15 * MINUTE } },
  },
  offline: { connection: 'offline', signal: 'none', lastSuccessAt: NOW - 26 * 60 * MINUTE },
  'offline-to-send': { connection: 'offline', signal: 'none', toSend: 3, lanes: { changes: 3, files: 0, jobs: 0 }, waiting: 'offline' },
  loading: { loading: 0.34 },
  connecting: { connection: 'connecting', signal: 'fair', lastSuccessAt: null },
  attention: { needsAttention: 1, toReview: 2, toSend: 3, lanes: { changes: 3, files: 1, jobs: 0 }, oldestUnansweredAt: NOW - 25 * MINUTE },
  review: { toReview: 2 },
  'signed-out': { connection: 'needs-sign-in', toSend: 2, lanes: { changes: 2, files: 0, jobs: 0 }, waiting: 'sign-in' },
  'update-needed': { connection: 'blocked', toSend: 2, lanes: { changes: 2, files: 0, jobs: 0 }, waiting: 'app.older' },
  clock: { clockOffsetMs: 7 * MINUTE, clockWarning: true },
  'outbox-only': { storage: { bytes: 310_000, retainedBytes: 45_000, reserveBytes: 8_388_608, isFull: false, durability: 'outbox-only' } },
}
