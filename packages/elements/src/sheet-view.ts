/** The content of the sheet as data: everything in words, in reading order. */
import type { StoreStatus } from '@tombolo/client'
import type { Wording } from './wording.ts'

export interface SheetView {
  /** The connection, in a sentence. */
  readonly connection: string
  /** Null if there is no connection. */
  readonly signal: string | null
  readonly needsYou: readonly NeedsYou[]
  readonly facts: readonly Fact[]
  /** Warnings that a person can act on; never blocking. */
  readonly warnings: readonly string[]
}

export interface NeedsYou {
  readonly view: 'outbox' | 'review'
  readonly text: string
  /** What is asked of the person. */
  readonly more: string
}

export interface Fact {
  readonly name: string
  readonly values: readonly string[]
  /** Said more quietly. */
  readonly more: readonly string[]
}

const AGO_UNTIL_MS = 12 * 3_600_000
/** Below this a clock is good enough. */
const CLOCK_WARNING_MS = 2 * 60_000

export function sheetView(status: StoreStatus, words: Wording, now: number): SheetView {
  return {
    connection: connectionWords(status, words),
    signal: status.connection === 'live' || status.connection === 'connecting' ? words.say(`signal.${status.signal}`) : null,
    needsYou: needsYou(status, words),
    facts: [toSend(status, words, now), lastSync(status, words, now), storage(status, words), ...account(status, words)],
    warnings: [
      ...recovered(status, words),
      ...room(status, words),
      ...stalled(status, words),
      ...clock(status, words),
      ...durability(status, words),
    ],
  }
}

function connectionWords({ connection }: StoreStatus, words: Wording): string {
  switch (connection) {
    case 'live':
      return words.say('sheet.live')
    case 'connecting':
      return words.say('sheet.connecting')
    case 'offline':
      return words.say('sheet.offline')
    case 'needs-sign-in':
      return words.say('sheet.signedOut')
    case 'blocked':
      return words.say('sheet.blocked')
  }
}

function needsYou({ needsAttention: refused, toReview }: StoreStatus, words: Wording): NeedsYou[] {
  const attention: NeedsYou = { view: 'outbox', text: words.say('status.attention', { n: refused }), more: words.say('sheet.whyAttention') }
  const review: NeedsYou = { view: 'review', text: words.say('status.review', { n: toReview }), more: words.say('sheet.whyReview') }
  return [...(refused > 0 ? [attention] : []), ...(toReview > 0 ? [review] : [])]
}

function toSend(status: StoreStatus, words: Wording, now: number): Fact {
  const { toSend: records, lanes, oldestUnansweredAt: oldest, nextTryAt } = status
  const counts = [
    ...(records > 0 ? [words.say('sheet.records', { n: records })] : []),
    ...(lanes.files > 0 ? [words.say('sheet.files', { n: lanes.files })] : []),
    ...(lanes.jobs > 0 ? [words.say('sheet.jobs', { n: lanes.jobs })] : []),
  ]
  const isEmpty = counts.length === 0
  const more = [
    ...(isEmpty || oldest === null ? [] : [words.say('sheet.oldest', { time: words.time(oldest, now) })]),
    ...(isEmpty || nextTryAt === null || nextTryAt <= now ? [] : [words.say('wait.nextTry', { time: words.time(nextTryAt, now) })]),
  ]
  return { name: words.say('sheet.toSend'), values: isEmpty ? [words.say('sheet.nothing')] : counts, more }
}

/** The time of the last sync, which only a success updates. */
function lastSync({ lastSuccessAt: at, loading }: StoreStatus, words: Wording, now: number): Fact {
  const more = loading === null ? [] : [words.say('sheet.loading', { share: words.share(loading) })]
  return { name: words.say('sheet.lastSync'), values: [at === null ? words.say('sheet.never') : timeAndAgo(at, words, now)], more }
}

/** The time, with how long ago it was while that is only hours; later, the day is enough. */
function timeAndAgo(at: number, words: Wording, now: number): string {
  const time = words.time(at, now)
  return now - at < AGO_UNTIL_MS ? words.say('time.and', { time, ago: words.ago(Math.min(at, now), now) }) : time
}

function storage({ storage: { bytes, retainedBytes } }: StoreStatus, words: Wording): Fact {
  const more = retainedBytes > 0 ? [words.say('sheet.retained', { size: words.bytes(retainedBytes) })] : []
  return { name: words.say('sheet.storage'), values: [words.bytes(bytes)], more }
}

const account = ({ account: by }: StoreStatus, words: Wording): Fact[] =>
  by === null ? [] : [{ name: words.say('sheet.account'), values: [words.person(by)], more: [] }]

/** The warning about the clock. The offset is the hub's time minus the device's: if positive, the device is behind. */
function clock({ clockOffsetMs: offset, clockWarning }: StoreStatus, words: Wording): string[] {
  if (offset !== null && Math.abs(offset) > CLOCK_WARNING_MS)
    return [words.say(offset > 0 ? 'clock.behind' : 'clock.ahead', { span: words.span(offset) })]
  return clockWarning ? [words.say('clock.wrong')] : []
}

/** What came of a store that was lost: what of the person's own work there is, and what is not. */
function recovered({ recovered: past }: StoreStatus, words: Wording): string[] {
  if (past === null) return []
  const kept = past.rescued > 0 ? words.say('recovered.kept', { n: past.rescued }) : words.say('recovered.none')
  if (past.cause === 'removed') return [words.say('recovered.removed', { kept })]
  const lost =
    past.unreadable === null
      ? words.say('recovered.unknown')
      : past.unreadable > 0
        ? words.say('recovered.lost', { n: past.unreadable })
        : words.say('recovered.nothingLost')
  return [words.say('recovered.damaged', { kept, lost })]
}

const stalled = ({ stalled: work }: StoreStatus, words: Wording): string[] =>
  work === null ? [] : [words.say(`stalled.${work.doing}`, { problem: work.problem ?? words.say('stalled.noAnswer') })]

const room = ({ storage: { isFull } }: StoreStatus, words: Wording): string[] => (isFull ? [words.say('storage.full')] : [])

const durability = ({ storage: { durability: kept } }: StoreStatus, words: Wording): string[] =>
  kept === 'outbox-only' ? [words.say('storage.outboxOnly')] : []
