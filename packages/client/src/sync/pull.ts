/**
 * One page of a pull, and pages that the live socket sends unasked.
 *
 * A page is applied only at the cursor that it follows [Q2]; the store decides. A late or repeated page changes nothing; anything still
 * missing is asked for again.
 */
import {
  decodePage,
  encodePullRequest,
  err,
  type Page,
  type PullRequest,
  type SchedulerEffect,
  type SchedulerEvent,
  type SpaceId,
} from '@tombolo/core'
import { isFull } from '../engine/room.ts'
import { type Failed, readAnswer } from './answer.ts'
import { unlessForeign } from './heads.ts'
import { failedWith, gaveUp, succeeded } from './outcome.ts'
import type { Asked, Session } from './session.ts'
import type { Measured } from './transport.ts'

type Pull = Extract<SchedulerEffect, { type: 'pull' }>

export async function pull(session: Session, effect: Pull, signal: AbortSignal): Promise<readonly SchedulerEvent[]> {
  if (!(await hasRoom(session))) return [gaveUp(effect.id)]
  const request = session.store.hub.nextPull(effect.space, effect.pageBytes)
  const asked = await session.ask('pull', encodePullRequest(request), effect.timeoutMs, signal)
  if (signal.aborted) return []
  const answer = readAnswer(asked.exchange, decodePageOf(request))
  if (!answer.ok) {
    if (answer.problem !== null) session.problems.set(effect.space, answer.problem)
    return [failedWith(effect.id, unlessForeign(session, answer)), ...roleLost(session, effect.space, answer)]
  }
  await session.text.forPage(answer.value)
  return signal.aborted ? [] : pulled(session, effect, request, asked, answer.value, answer)
}

/** The account has no role in the space any more [W5]. */
export const roleLost = (session: Session, space: SpaceId, { problem }: Failed): readonly SchedulerEvent[] =>
  problem?.code === 'access.revoked' ? session.rolesHeard([{ space, role: 'none' }]) : []

const decodePageOf =
  ({ space, replica }: PullRequest): typeof decodePage =>
  (body) => {
    const page = decodePage(body)
    if (!page.ok || (page.value.space === space && page.value.replica === replica)) return page
    return err({ code: 'message.malformed', path: '' })
  }

function pulled(
  session: Session,
  { id, space }: Pull,
  request: PullRequest,
  asked: Asked,
  page: Page,
  measured: Measured,
): readonly SchedulerEvent[] {
  const { store } = session
  const { epoch, replica, spaces } = store.state
  const { cursor } = spaces.get(space)
  const isApplied = unlessFull(() => {
    // First the time: what a wrong clock has stamped is told by a right one.
    session.heard(page.hubTimeMs, asked, null)
    return store.hub.pageArrived(request, page)
  })
  if (isApplied === null) return [gaveUp(id)]
  if (epoch !== null && store.state.epoch !== epoch) return [succeeded(id, measured, { progress: true, more: true }), ...session.reopened()]
  const after = store.state.spaces.get(space)
  const at = session.versionOf(space)
  const progress = isApplied ? after.cursor !== cursor || page.verdicts.length > 0 : store.state.replica !== replica
  const more = isApplied ? page.more : after.cursor === null || after.rebuilding || at < page.head
  if (isApplied) arrived(session, page)
  session.heads.set(space, page.head)
  return [succeeded(id, measured, { progress, more, at })]
}

/** Applies a page of the live socket if it fits the cursor; otherwise treats it as a hint that the space moved [Q7]. */
export async function takeDelta(session: Session, page: Page, isCurrent: () => boolean): Promise<readonly SchedulerEvent[]> {
  await session.text.forPage(page)
  if (!isCurrent()) return []
  const { space, head } = page
  const { epoch, spaces } = session.store.state
  if (spaces.find(space) !== undefined && page.epoch === epoch && unlessFull(() => session.store.hub.pageArrived(null, page)) === true) {
    arrived(session, page)
    return [{ type: 'cursorMoved', space, at: session.versionOf(space) }, ...session.headsHeard([{ space, head }])]
  }
  return session.headsHeard([{ space, head }])
}

/** Whether the device has room for what the hub sends. Nothing is asked for while it has not: a page would be refused again. */
export const hasRoom = async ({ store: { state } }: Session): Promise<boolean> => !state.room.isFull || (await state.room.hold())

/** What the work gives; null if it did not fit on the device, so that nothing of it was kept. */
function unlessFull<T>(work: () => T): T | null {
  try {
    return work()
  } catch (error) {
    if (isFull(error)) return null
    throw error
  }
}

function arrived({ store, loading, tally }: Session, { space, body, head, more }: Page): void {
  tally.received += body.type === 'log' ? body.entries.length : body.records.length
  const done = body.type === 'log' ? body.entries.at(-1)?.version : body.records.at(-1)?.record?.version
  if (more && store.state.spaces.get(space).completeAt === null) loading.set(space, { space, done: done ?? 0, total: head })
  else loading.delete(space)
}
