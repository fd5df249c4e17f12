/**
 * Answers a pull with a page [Q2], in tiers by how far the reader is behind:
 *
 *   log      whole changes since the cursor, if the log has them all and they are few
 *   records  fields changed since the base, in the order of versions, in pages that the device stages until `more` is false
 *   (segments, for a first load of much, come before both)
 *
 * A signed cursor that is not of this history proves that the database was restored from a backup [Q3].
 */
import type { CursorPlace, PageBody, ProblemCode, PullRequest, RecordId, RecordPart, RecordState, Standing, Verdict } from '@tombolo/core'
import { durableThrough } from '../durable.ts'
import { checkSchema } from '../ingest/check.ts'
import type { IngestContext } from '../ingest/context.ts'
import { type Refused, refused } from '../problem.ts'
import { LOG_CHANGES_MAX } from '../retention/bounds.ts'
import { isOfSameHistory } from '../same-history.ts'
import { mayRead } from '../readers.ts'
import type { BodyRequest, RecordRow, Snapshot, SpaceRow, Storage } from '../storage.ts'
import { verdictOf } from '../verdict.ts'

export type PullContext = Pick<IngestContext, 'backups' | 'epoch' | 'nowMs' | 'restorableMs' | 'schema' | 'cursors' | 'receipts'>

export interface PulledPage {
  readonly request: PullRequest
  readonly nowMs: number
  readonly epoch: string
  readonly cursor: string
  readonly more: boolean
  readonly head: number
  /** The version of the cursor, for live deltas that follow it; null in the middle of a pull. */
  readonly at: number | null
  readonly verdicts: readonly Verdict[]
  readonly body: { readonly type: 'log'; readonly texts: readonly string[] } | Extract<PageBody, { type: 'records' }>
  readonly durableThrough: number
  /** With the last page of a pull, where there is one [Q4]. */
  readonly horizon?: number
}

export type Pulled =
  | { readonly type: 'page'; readonly page: PulledPage }
  | { readonly type: 'refused'; readonly problem: Refused }
  | { readonly type: 'restored' }

const AT_NOTHING = { base: 0, position: 0, last: null } as const

export async function pull(
  storage: Storage,
  account: string,
  request: PullRequest,
  context: PullContext,
  bytesMax: number,
): Promise<Pulled> {
  if (request.epoch !== null && request.epoch !== context.epoch) return refuse('epoch')
  const schema = checkSchema(request.schema, context.schema)
  if (schema !== null) return { type: 'refused', problem: schema }
  const place = request.cursor === null ? null : context.cursors.open(request.cursor)
  if (request.cursor !== null && (place === null || place.space !== request.space || place.account !== account))
    return refuse('cursor.invalid')
  if (place !== null && place.epoch !== context.epoch) return refuse('epoch')
  const { space, replica, waiting } = request
  const tagsOf = place === null ? [] : [place.position]
  const choose = (row: SpaceRow, standing: Standing | null): BodyRequest =>
    !mayRead(standing) || !isServed(row, place) ? NOTHING : bodyFor(row, request, place, bytesMax)
  const headByMs = context.nowMs - context.restorableMs
  const snapshot = await storage.read({ space, account, replica, intents: waiting, tagsOf, headByMs, choose })
  if (snapshot === null || snapshot.standing === null) return place === null ? refuse('space.unknown') : { type: 'restored' }
  const isReader = mayRead(snapshot.standing)
  if (place !== null && hasExpired(snapshot.space, place)) return refuse(isReader ? 'cursor.expired' : 'access.revoked')
  if (place !== null && !isOfSameHistory(place, snapshot.space, (version) => snapshot.tags.get(version))) return { type: 'restored' }
  if (!isReader) return refuse('access.revoked')
  return { type: 'page', page: pageOf(snapshot, account, request, place, context) }
}

const refuse = (code: ProblemCode): Pulled => ({ type: 'refused', problem: refused(code) })

const NOTHING: BodyRequest = { type: 'none' }

const isServed = (row: SpaceRow, place: CursorPlace | null): boolean =>
  place === null || (place.position <= row.head && !hasExpired(row, place))

/** Deletions since the base may be forgotten already. A pull that began at nothing brings all that is there, so it goes on. */
const hasExpired = ({ horizon }: SpaceRow, { base }: CursorPlace): boolean => base > 0 && base < horizon

function bodyFor(row: SpaceRow, request: PullRequest, place: CursorPlace | null, bytesMax: number): BodyRequest {
  const bytes = Math.min(request.bytesMax, bytesMax)
  const { base, position, last } = place ?? AT_NOTHING
  const midway = base !== position || last !== null
  const logServes = !midway && request.accept !== 'records' && position >= row.logFloor && row.head - position <= LOG_CHANGES_MAX
  if (logServes) return { type: 'log', after: position, bytesMax: bytes }
  return { type: 'records', position: { version: position, last: parseLast(last) }, bytesMax: bytes }
}

/** `last` in a cursor is the id (36 characters), then the collection. */
const parseLast = (last: string | null): { readonly collection: string; readonly id: RecordId } | null =>
  last === null ? null : { id: last.slice(0, 36) as RecordId, collection: last.slice(36) }

function pageOf(snapshot: Snapshot, account: string, request: PullRequest, place: CursorPlace | null, context: PullContext): PulledPage {
  const end = endOf(snapshot, place)
  const tag = end.position === 0 ? '' : (snapshot.tags.get(end.position) ?? '')
  const { epoch, nowMs } = context
  const cursor = context.cursors.sign({ space: request.space, epoch, ...end, tag, account })
  const midway = end.base !== end.position || end.last !== null
  const more = snapshot.body.type !== 'none' && snapshot.body.more
  const { head, horizon } = snapshot.space
  return {
    request,
    nowMs,
    epoch,
    cursor,
    more,
    head,
    at: midway ? null : end.position,
    verdicts: snapshot.verdicts.filter((row) => row.account === account).map((row) => verdictFor(request, row, context)),
    body: bodyOf(snapshot, place?.base ?? 0, request, context),
    durableThrough: durableThrough(context, request.space, snapshot.headBy),
    ...(more || horizon === 0 ? {} : { horizon }),
  }
}

function verdictFor({ space }: PullRequest, row: Snapshot['verdicts'][number], { receipts }: PullContext): Verdict {
  return verdictOf({ space, intent: row.intent, contentHash: row.contentHash, account: row.account }, row, receipts)
}

/** The end of a page. The base moves to the head only with the last page. */
function endOf({ space, body }: Snapshot, place: CursorPlace | null): Pick<CursorPlace, 'base' | 'position' | 'last'> {
  const { base, position } = place ?? AT_NOTHING
  if (body.type === 'none') return { base, position, last: null }
  if (!body.more) return { base: space.head, position: space.head, last: null }
  if (body.type === 'log') {
    const version = body.chunks.at(-1)?.last ?? position
    return { base: version, position: version, last: null }
  }
  const last = body.records.at(-1)
  return last === undefined ? { base, position, last: null } : { base, position: last.state.version, last: last.id + last.collection }
}

function bodyOf({ body, position }: Snapshot, base: number, request: PullRequest, { schema }: PullContext): PulledPage['body'] {
  if (body.type === 'records') {
    const newer = schema.version > request.schema.version ? { newerSchema: schema.version } : {}
    const records = body.records.map((row) => partOf(row, base))
    return { type: 'records', whole: base === 0, records, ...newer, sentThrough: position?.lastN ?? 0 }
  }
  return { type: 'log', texts: body.type === 'log' ? body.chunks.map((chunk) => chunk.text) : [] }
}

function partOf({ collection, id, state }: RecordRow, base: number): RecordPart {
  const fields = base === 0 ? state.fields : Object.fromEntries(Object.entries(state.fields).filter(([, field]) => field.version > base))
  return { collection, id, record: { ...state, fields } satisfies RecordState }
}
