/**
 * One step of comparing a space's records with the hub's [Q5]: the digests of a range, or the records of a range that differs.
 *
 * Everything stands still while it is compared: a space that moves, here or there, is compared anew when both sides agree on its version.
 * The hub takes its time over an answer, so its clock is not read from it.
 */
import {
  afterCompare,
  afterTake,
  type DecodeError,
  decodeDigestAnswer,
  decodePage,
  decodeRangeAnswer,
  type Digested,
  DigestSum,
  encodeDigestRequest,
  encodePullRequest,
  encodeRangeRequest,
  type Epoch,
  err,
  type IdRange,
  NEW_SEARCH,
  nextStep,
  rangesOf,
  type Result,
  type SchedulerEffect,
  type SchedulerEvent,
  type Search,
  type SearchStep,
  type SpaceId,
} from '@tombolo/core'
import { confirmedIn } from '../engine/confirmed-records.ts'
import { mendRange } from '../engine/mender.ts'
import { type Answer, type Failed, readAnswer } from './answer.ts'
import { unlessForeign } from './heads.ts'
import { failedWith, gaveUp, succeeded } from './outcome.ts'
import { hasRoom, roleLost } from './pull.ts'
import type { Session } from './session.ts'
import type { Measured } from './transport.ts'

type Check = Extract<SchedulerEffect, { type: 'check' }>

/** A check that found the space in motion is planned again after this long. */
const AGAIN_MS = 10 * 60 * 1000

export async function checkSpace(session: Session, effect: Check, signal: AbortSignal): Promise<readonly SchedulerEvent[]> {
  const { space, id } = effect
  const version = session.store.hub.checks.versionOf(space)
  const under = session.searches.get(space)
  const search = under?.version === version ? under.search : NEW_SEARCH
  const step = nextStep(search)
  if (version === null || step === null) return [gaveUp(id), later(session, space)]
  const at: At = { version, search, step }
  return step.type === 'compare' ? compare(session, effect, at, signal) : take(session, effect, at, signal)
}

/** Where a check stands. */
interface At {
  readonly version: number
  readonly search: Search
  readonly step: SearchStep
}

async function compare(session: Session, effect: Check, at: At, signal: AbortSignal): Promise<readonly SchedulerEvent[]> {
  const { space } = effect
  const { exchange } = await session.ask('digest', encodeDigestRequest(requestOf(session, effect, at)), effect.timeoutMs, signal)
  if (signal.aborted) return []
  const answer = readAnswer(exchange, (body) => ours(session, effect, decodeDigestAnswer(body)))
  if (!answer.ok) return failed(session, effect, answer)
  const { parts, epoch } = answer.value
  if (epoch !== session.store.state.epoch) return otherHistory(session, effect, answer, epoch)
  if (parts === null) return postponed(session, effect, answer, answer.value.head === at.version)
  const digests = await digestsOf(session, space, rangesOf(at.step.range, parts), signal)
  if (signal.aborted) return []
  if (session.store.hub.checks.versionOf(space) !== at.version) return postponed(session, effect, answer, false)
  return goOn(session, effect, at.version, afterCompare(at.search, parts, digests), answer)
}

async function take(session: Session, effect: Check, at: At, signal: AbortSignal): Promise<readonly SchedulerEvent[]> {
  const { space, pageBytes } = effect
  if (!(await hasRoom(session))) return [gaveUp(effect.id)]
  const end = await unproved(session, effect, at.version, signal)
  if (signal.aborted) return []
  if (end !== null) return end
  const request = { ...requestOf(session, effect, at), bytesMax: pageBytes, alarm: !at.search.hasTaken }
  const { exchange } = await session.ask('range', encodeRangeRequest(request), effect.timeoutMs, signal)
  if (signal.aborted) return []
  const answer = readAnswer(exchange, (body) => ours(session, effect, decodeRangeAnswer(body)))
  if (!answer.ok) return failed(session, effect, answer)
  const { records, to, epoch } = answer.value
  if (epoch !== session.store.state.epoch) return otherHistory(session, effect, answer, epoch)
  if (records === null) return postponed(session, effect, answer, answer.value.head === at.version)
  await session.text.forRecords(records)
  if (signal.aborted) return []
  const range = { from: at.step.range.from, to }
  const isTaken = mendRange(session.store.state, session.store.hub.checks, space, at.version, range, records, !at.search.hasTaken)
  return isTaken ? goOn(session, effect, at.version, afterTake(at.search, to), answer) : postponed(session, effect, answer, false)
}

/**
 * Before records are taken, the hub is asked to go on from this device's cursor: a hub that was put back, and has come to the same version
 * again, has other records at that version, and finds out so [Q3]. The page itself is not taken.
 * @returns how the step ends here; null where hub and device have one history
 */
async function unproved(session: Session, effect: Check, version: number, signal: AbortSignal): Promise<readonly SchedulerEvent[] | null> {
  const { pageBytes, space, timeoutMs } = effect
  const { exchange } = await session.ask('pull', encodePullRequest(session.store.hub.nextPull(space, pageBytes)), timeoutMs, signal)
  if (signal.aborted) return []
  const answer = readAnswer(exchange, (body) => ours(session, effect, decodePage(body)))
  if (!answer.ok) return failed(session, effect, answer)
  const { epoch, head } = answer.value
  if (epoch !== session.store.state.epoch) return otherHistory(session, effect, answer, epoch)
  return head === version ? null : postponed(session, effect, answer, false)
}

/** This device's digests of ranges that lie side by side, made slice by slice. */
async function digestsOf(session: Session, space: SpaceId, ranges: readonly IdRange[], signal: AbortSignal): Promise<readonly Digested[]> {
  const sums = ranges.map(() => new DigestSum(session.store.state.ports.hash))
  const whole: IdRange = { from: ranges[0]?.from ?? null, to: ranges.at(-1)?.to ?? null }
  for (const slice of confirmedIn(session.store.state, space, whole)) {
    for (const record of slice) sums[ranges.findLastIndex(({ from }) => from === null || record.id >= from)]?.add(record)
    await session.pause()
    if (signal.aborted) return []
  }
  return sums.map((sum) => sum.digested)
}

function requestOf({ store, schema }: Session, { space }: Check, { version, step }: At): Parameters<typeof encodeDigestRequest>[0] {
  const { epoch, replica } = store.state
  return { epoch, replica, space, schema, version, range: step.range }
}

/** An answer for another device or space is none. */
function ours<T extends { readonly space: SpaceId; readonly replica: string }>(
  { store }: Session,
  { space }: Check,
  decoded: Result<T, DecodeError>,
): Result<T, DecodeError> {
  if (!decoded.ok || (decoded.value.space === space && decoded.value.replica === store.state.replica)) return decoded
  return err({ code: 'message.malformed', path: '' })
}

// ── how a step ends ──────────────────────────────────────────────────────────────────────────────────────────────────────

function goOn(session: Session, { id, space }: Check, version: number, search: Search, measured: Measured): readonly SchedulerEvent[] {
  const more = nextStep(search) !== null
  if (more) session.searches.set(space, { version, search })
  else finish(session, space)
  const end = succeeded(id, measured, { progress: true, more })
  return more ? [end] : [end, session.planned(space)]
}

/** Nothing can be compared now. `isFinal`: nor soon, for the hub has a newer schema. */
function postponed(session: Session, { id, space }: Check, measured: Measured, isFinal: boolean): readonly SchedulerEvent[] {
  session.searches.delete(space)
  if (isFinal) session.store.hub.checks.done(space)
  return [succeeded(id, measured, { progress: true, more: false }), isFinal ? session.planned(space) : later(session, space)]
}

/** Nothing else of an answer from another history is believed [Q3]. */
function otherHistory(session: Session, { id, space }: Check, measured: Measured, epoch: Epoch): readonly SchedulerEvent[] {
  session.searches.delete(space)
  return [succeeded(id, measured, { progress: true, more: false }), ...session.enterEpoch(epoch)]
}

/** A hub that does not compare records is no fault of it. */
function failed(session: Session, { id, space }: Check, answer: Extract<Answer<never>, { ok: false }>): readonly SchedulerEvent[] {
  const failure: Failed = unlessForeign(session, answer)
  if (failure.problem?.code === 'path.unknown') {
    finish(session, space)
    return [gaveUp(id), session.planned(space)]
  }
  if (failure.problem !== null) session.problems.set(space, failure.problem)
  return [failedWith(id, failure), ...roleLost(session, space, failure)]
}

function finish({ searches, store }: Session, space: SpaceId): void {
  searches.delete(space)
  store.hub.checks.done(space)
}

const later = (session: Session, space: SpaceId): SchedulerEvent => session.planned(space, AGAIN_MS)
