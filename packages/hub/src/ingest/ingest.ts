/**
 * Turns a batch of pushes into writes and answers. Pure except for reads of `found`: it may run again with more data loaded.
 *
 * Each push is checked whole, then each of its changes gets a verdict; a push that is refused, or on which the app's code fails, has no
 * effect and does not affect the other pushes of the batch. A push that occurs twice in a batch gets its own verdicts the second time.
 */
import {
  assert,
  type ContentHash,
  type Intent,
  type ProblemCode,
  type ReceiptSubject,
  type LogEntry,
  type Member,
  type PushAnswer,
  type PushedChange,
  type PushRequest,
  type ReplicaId,
  type SpaceId,
  STAMP_MIN,
  type Verdict,
} from '@tombolo/core'
import { durableThrough } from '../durable.ts'
import { type Refused, refused } from '../problem.ts'
import { mayRead } from '../readers.ts'
import { isOfSameHistory } from '../same-history.ts'
import type { Effects, Found, LogChunk, SpaceEffects, SpaceRow, VerdictRow } from '../storage.ts'
import { verdictOf } from '../verdict.ts'
import { checkPushChain, checkSchema, type Hashed, hashPush, positionOf } from './check.ts'
import { admit, letGuestGo } from './admit.ts'
import { chunksOf } from './chunks.ts'
import type { IngestContext } from './context.ts'
import { committed, Layer } from './layer.ts'
import { type Author, type Processed, processChange } from './process.ts'

export interface Offered {
  readonly account: string
  readonly push: PushRequest
  readonly hashed: Hashed
}

export type Ingested =
  | {
      readonly type: 'answered'
      readonly answer: PushAnswer
      /** The version from which a reader may follow the log to this answer's head. */
      readonly from: number
      readonly tag: string
      readonly chunks: readonly LogChunk[]
      /** Who is told of it: everybody with a role, and whoever lost theirs by it. Empty if nothing was written. */
      readonly audience: readonly Member[]
    }
  | { readonly type: 'refused'; readonly problem: Refused }
  /** The device has read a history that this database lacks, so it was restored from a backup [Q3]. */
  | { readonly type: 'restored' }

export interface Batch {
  readonly effects: Effects
  readonly results: readonly Ingested[]
}

export const offer = (account: string, push: PushRequest, context: Pick<IngestContext, 'hashes'>): Offered => ({
  account,
  push,
  hashed: hashPush(push, context.hashes),
})

/** One space of a batch: the layer of all pushes so far, the tag of the coming commit, and the durable version [P6]. */
interface Work {
  readonly layer: Layer
  readonly before: SpaceRow | null
  readonly tag: string
  readonly durableThrough: number
}

export function ingest(found: Found, offers: readonly Offered[], context: IngestContext): Batch {
  const desk: Desk = { found, context, works: new Map(), claims: new Map() }
  const results = offers.map((offered) => ingestPush(desk, offered))
  return { effects: effectsOf(desk), results }
}

/** The state of one batch. */
interface Desk {
  readonly found: Found
  readonly context: IngestContext
  readonly works: Map<SpaceId, Work>
  readonly claims: Map<ReplicaId, string>
}

function ingestPush(desk: Desk, offered: Offered): Ingested {
  const { push } = offered
  const entered = enter(desk, offered)
  if ('type' in entered) return entered
  const { work, layer } = entered
  const place = placeOf(desk, offered, work)
  if (place === 'invalid') return refuse('cursor.invalid')
  if (place === 'restored') return { type: 'restored' }
  const position = positionOf(work.layer.position(push.replica))
  const chain = checkPushChain(push, offered.hashed, position, (intent) => work.layer.verdict(intent))
  if (chain !== null) return { type: 'refused', problem: chain }
  const answered = answer(desk, layer, work, offered, place)
  if (answered.type === 'answered') keep(desk, work, layer, offered)
  return answered
}

/** The space of a push, and a layer on it in which the account has a role, or had one. */
function enter(desk: Desk, offered: Offered): { readonly work: Work; readonly layer: Layer } | Ingested {
  const { push, account } = offered
  const atDoor = checkDoor(desk, offered)
  if (atDoor !== null) return { type: 'refused', problem: atDoor }
  const work = desk.works.get(push.space) ?? openWork(desk, offered)
  // A space of an invitation that is not there is as one whose invitation is not.
  if (work === null)
    return hasRead(desk, offered) ? { type: 'restored' } : refuse(push.join === undefined ? 'space.unknown' : 'invite.unknown')
  const layer = new Layer(work.layer, work.layer.row)
  const notAdmitted = admit(layer, offered, desk.context)
  if (notAdmitted !== null) return refuse(notAdmitted)
  if (layer.standing(account) !== null) return { work, layer }
  return hasRead(desk, offered) ? { type: 'restored' } : refuse('space.unknown')
}

/** Checks epoch, replica and schema, which need no lookup in the space. */
function checkDoor({ found, context, claims }: Desk, { push, account }: Offered): Refused | null {
  if (push.epoch !== null && push.epoch !== context.epoch) return refused('epoch')
  const owner = claims.get(push.replica) ?? found.account(push.replica)
  if (owner !== null && owner !== account) return refused('replica.foreign')
  return checkSchema(push.schema, context.schema)
}

function keep({ works, claims }: Desk, work: Work, layer: Layer, { push, account }: Offered): void {
  work.layer.absorb(layer)
  works.set(push.space, work)
  claims.set(push.replica, account)
}

const refuse = (code: ProblemCode): Ingested => ({ type: 'refused', problem: refused(code) })

function openWork({ found, context }: Desk, { push, account }: Offered): Work | null {
  const before = found.space(push.space)
  if (before === null && !push.create) return null
  const row = before ?? { space: push.space, owner: account, head: 0, hubStamp: STAMP_MIN, logFloor: 0, horizon: 0 }
  const durable = durableThrough(context, push.space, found.headBy(push.space, context.nowMs - context.restorableMs))
  const layer = new Layer(committed(found, push.space), row)
  if (before === null) layer.standings.set(account, 'owner')
  return { layer, before, tag: context.mintTag(), durableThrough: durable }
}

/** Whether the account has read the space in this history, which then had the space and gave the account a role in it. */
function hasRead({ context }: Desk, { push, account }: Offered): boolean {
  const place = push.cursor === null ? null : context.cursors.open(push.cursor)
  return place !== null && place.space === push.space && place.account === account && place.epoch === context.epoch
}

/** The version of the request's cursor; null if the answer cannot continue from it. */
function placeOf({ found, context }: Desk, { push, account }: Offered, work: Work): number | null | 'invalid' | 'restored' {
  if (push.cursor === null) return null
  const place = context.cursors.open(push.cursor)
  if (place === null || place.space !== push.space || place.account !== account) return 'invalid'
  if (place.epoch !== context.epoch) return null
  const before = work.before ?? { head: 0, horizon: 0 }
  // The next pull says that the cursor expired.
  if (place.position < before.horizon) return null
  if (!isOfSameHistory(place, before, (version) => found.tag(push.space, version))) return 'restored'
  return place.base === place.position ? place.position : null
}

function answer(desk: Desk, layer: Layer, work: Work, offered: Offered, place: number | null): Ingested {
  const { push, account } = offered
  const { epoch, nowMs, encodeLog } = desk.context
  const from = layer.row.head
  const wasRemoved = layer.standing(account) === 'none'
  const ran = runChanges(desk, layer, offered)
  if (ran.type === 'refused') return ran
  letGuestGo(layer, offered, desk.context)
  advanceChain(layer, offered)
  const chunks = chunksOf(ran.entries, encodeLog)
  layer.chunks.push(...chunks)
  // Who was removed before this push is not told that the space goes on.
  const head = wasRemoved ? (place ?? 0) : layer.row.head
  const cursor = place === from && ran.plain ? cursorAt(desk, offered, work, from, head) : null
  const { replica, space } = push
  const { verdicts } = ran
  const value = { epoch, replica, space, hubTimeMs: nowMs, account, verdicts, head, cursor, durableThrough: work.durableThrough }
  return {
    type: 'answered',
    answer: value,
    from: Math.max(from, layer.row.logFloor),
    tag: work.tag,
    chunks,
    audience: audienceOf(layer, chunks),
  }
}

function audienceOf(layer: Layer, written: readonly LogChunk[]): readonly Member[] {
  if (written.length === 0) return []
  return layer.members().filter(({ account, standing }) => mayRead(standing) || layer.standings.has(account))
}

/** The cursor for the answer. Without new versions it is the request's own. */
function cursorAt({ context }: Desk, { push, account }: Offered, { tag }: Work, from: number, head: number): string | null {
  if (head === from) return push.cursor
  return context.cursors.sign({ space: push.space, epoch: context.epoch, base: head, position: head, last: null, tag, account })
}

function advanceChain(layer: Layer, { push, hashed }: Offered): void {
  const { lastN } = positionOf(layer.position(push.replica))
  const fresh = hashed.links.slice(lastN - push.base.n)
  const newest = fresh.at(-1)
  if (newest === undefined) return
  layer.positions.set(push.replica, { lastN: lastN + fresh.length, hash: newest })
}

type Ran =
  | { readonly type: 'ran'; readonly verdicts: readonly Verdict[]; readonly entries: readonly LogEntry[]; readonly plain: boolean }
  | { readonly type: 'refused'; readonly problem: Refused }

function runChanges(desk: Desk, layer: Layer, offered: Offered): Ran {
  const { push, hashed } = offered
  const author = authorOf(desk.found, layer, offered)
  const verdicts: Verdict[] = []
  const entries: LogEntry[] = []
  let plain = true
  for (const [index, change] of push.changes.entries()) {
    const received = receivedOf(offered, change, hashed.contents[index])
    if (change.receipt !== null && !desk.context.receipts.verify(received, change.receipt))
      return faulty('receipt.invalid', received.intent)
    const processed = tryProcess(desk, layer, change, received, author)
    if (processed === null) return faulty('hub.fault', received.intent)
    verdicts.push(verdictFor(push, change.n, received, processed.verdict, desk.context))
    const { entry } = processed
    if (entry === undefined) continue
    entries.push(entry)
    plain &&= entry.content === change.content && entry.awaits.length === 0 && entry.version > layer.row.logFloor
  }
  return { type: 'ran', verdicts, entries, plain }
}

function receivedOf({ push, account }: Offered, { content }: PushedChange, contentHash: ContentHash | undefined): ReceiptSubject {
  assert(contentHash !== undefined, 'a change of a push has no hash')
  return { space: push.space, intent: content.intent, contentHash, account }
}

const faulty = (code: ProblemCode, intent: Intent): Ran => ({ type: 'refused', problem: { code, intent } })

function authorOf(found: Found, layer: Layer, { push, account, hashed }: Offered): Author {
  const { lastN } = positionOf(layer.position(push.replica))
  const gone: Author['gone'] = (collection, id) => layer.isForgotten(collection, id) || found.gone(push.space, collection, id)
  const linkAt: Author['linkAt'] = (n) => hashed.links[n - push.base.n - 1] ?? push.base.hash
  const stored: Author['stored'] = (collection, id) => found.record(push.space, collection, id)
  return { account, replica: push.replica, lastN, linkAt, unverified: push.epoch === null, gone, stored }
}

/**
 * Processes a change; null if the app's code or ours threw. Errors are caught only here, so that the fault can name its intent [P3]. Devices
 * count the faults of a change, so what the database throws is none.
 */
function tryProcess(
  { found, context }: Desk,
  layer: Layer,
  change: PushedChange,
  received: ReceiptSubject,
  author: Author,
): Processed | null {
  try {
    return processChange(layer, change, received, author, context)
  } catch (error) {
    if (found.threw(error)) throw error
    context.onFault(error, received)
    return null
  }
}

function verdictFor(push: PushRequest, n: number, received: ReceiptSubject, row: VerdictRow, context: IngestContext): Verdict {
  const verdict = verdictOf(received, row, context.receipts)
  return row.replica === push.replica && row.n === n ? verdict : { ...verdict, duplicateOf: { replica: row.replica, n: row.n } }
}

function effectsOf({ found, context, works, claims }: Desk): Effects {
  const fresh = [...claims].filter(([replica]) => found.account(replica) === null)
  return {
    nowMs: context.nowMs,
    claims: fresh.map(([replica, account]) => ({ replica, account })),
    spaces: [...works.values()].map(spaceEffects),
  }
}

function spaceEffects({ layer, before, tag }: Work): SpaceEffects {
  const { row, positions, verdicts, records, chunks, history, sealed } = layer
  return {
    space: row,
    created: before === null,
    members: layer.changedMembers(),
    positions: [...positions].map(([replica, position]) => ({ replica, ...position })),
    verdicts: [...verdicts.values()],
    records: [...records.values()],
    chunks,
    tag: row.head === (before?.head ?? 0) ? null : tag,
    history,
    sealed,
  }
}
