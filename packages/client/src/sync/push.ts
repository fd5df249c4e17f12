/**
 * One push: sends sealed changes of one space and applies the verdicts.
 *
 * If the answer is lost, the outcome is unknown: the same changes are sent again, and the hub repeats their first verdicts [P3, P4]. If the
 * hub named the change that it failed on, the next push ends before it, then it is sent alone; without a name the scheduler halves the
 * push. A change that was alone in five hub faults is sent with `park`, so that later ones can follow.
 */
import {
  decodePushAnswer,
  encodePushRequest,
  err,
  type Intent,
  type PushAnswer,
  type PushRequest,
  type SchedulerEffect,
  type SchedulerEvent,
} from '@tombolo/core'
import type { PushLimits } from '../engine/sender.ts'
import { type Failed, readAnswer } from './answer.ts'
import { hello, unlessForeign } from './heads.ts'
import { failedWith, succeeded } from './outcome.ts'
import { queueOf } from './outbox-news.ts'
import type { Asked, Session } from './session.ts'
import type { Measured } from './transport.ts'

type Push = Extract<SchedulerEffect, { type: 'push' }>

export async function push(session: Session, effect: Push, signal: AbortSignal): Promise<readonly SchedulerEvent[]> {
  const request = session.store.hub.nextPush(effect.space, limitsOf(session, effect))
  // Nothing waits any more. The exchange was granted, so it asks for heads.
  if (request === null) return hello(session, effect, signal)
  await session.kept()
  if (signal.aborted) return []
  const asked = await session.ask('push', encodePushRequest(request), effect.timeoutMs, signal)
  if (signal.aborted) return []
  const answer = readAnswer(asked.exchange, decodeAnswerTo(request))
  if (!answer.ok) return [pushFailed(session, effect, request, unlessForeign(session, answer))]
  await session.text.forPush(request)
  return signal.aborted ? [] : pushed(session, effect, request, asked, answer.value, answer)
}

const decodeAnswerTo =
  ({ space, replica }: PushRequest): typeof decodePushAnswer =>
  (body) => {
    const answer = decodePushAnswer(body)
    if (!answer.ok || (answer.value.space === space && answer.value.replica === replica)) return answer
    return err({ code: 'message.malformed', path: '' })
  }

function limitsOf({ store, suspects }: Session, { space, maxBytes, maxChanges }: Push): PushLimits {
  const suspect = suspects.get(space)
  const before = suspect === undefined ? -1 : queueOf(store.state, space).findIndex(({ intent }) => intent === suspect)
  if (before < 0) suspects.delete(space)
  return { bytesMax: maxBytes, changesMax: before < 0 ? maxChanges : Math.min(maxChanges, Math.max(before, 1)) }
}

function pushed(
  session: Session,
  { id, space }: Push,
  request: PushRequest,
  asked: Asked,
  answer: PushAnswer,
  measured: Measured,
): readonly SchedulerEvent[] {
  const { store } = session
  const { epoch } = store.state
  const before = store.state.changes.inSpace(space).queued.size
  session.tally.pushes += 1
  // First the time: what a wrong clock has stamped is told by a right one.
  session.heard(answer.hubTimeMs, asked, null)
  store.hub.pushAnswered(request, answer)
  if (epoch !== null && store.state.epoch !== epoch) return [succeeded(id, measured, { progress: true, more: true }), ...session.reopened()]
  const left = store.state.changes.inSpace(space).queued.size
  session.problems.delete(space)
  return [
    succeeded(id, measured, { progress: left < before, more: left > 0 }),
    { type: 'cursorMoved', space, at: session.versionOf(space) },
    ...(isRevoked(answer) ? session.rolesHeard([{ space, role: 'none' }]) : session.headsHeard([{ space, head: answer.head }])),
  ]
}

/** Whether the account has no role in the space any more: each change of it is refused alone, so that all have their verdicts [W5]. */
const isRevoked = ({ verdicts }: PushAnswer): boolean =>
  verdicts.some((verdict) => verdict.type === 'rejected' && verdict.code === 'access.revoked')

function pushFailed(session: Session, { id, space }: Push, request: PushRequest, failed: Failed): SchedulerEvent {
  if (failed.problem !== null) session.problems.set(space, failed.problem)
  const named = failed.problem?.intent
  if (isFault(failed)) faulted(session, request, named)
  return failedWith(id, failed, named === undefined ? request.changes.length : undefined)
}

/** Whether the hub failed on the content of the request, not on requests in general. */
const isFault = ({ failure }: Failed): boolean => failure.class === 'retryable' && failure.about === 'exchange'

function faulted({ store, suspects }: Session, { space, changes }: PushRequest, named: Intent | undefined): void {
  const alone = changes.length === 1 ? changes[0]?.content.intent : undefined
  if (alone === undefined) {
    if (named !== undefined) suspects.set(space, named)
    return
  }
  const change = queueOf(store.state, space).find(({ intent }) => intent === alone)
  if (change !== undefined) store.hub.faulted(change.seq)
}
