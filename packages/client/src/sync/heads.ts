/**
 * Who am I to the hub, and where do the heads stand: the probe (hello) and the long poll.
 *
 * A store belongs to one account: when the hub answers as to another, nothing may be sent until the store's own account signs in.
 */
import {
  decodeHelloAnswer,
  decodePollAnswer,
  encodeHelloRequest,
  encodePollRequest,
  type Failure,
  type HelloAnswer,
  POLL_SPACES_MAX,
  type SchedulerEffect,
  type SchedulerEvent,
} from '@tombolo/core'
import { type Failed, readAnswer } from './answer.ts'
import { failedWith, succeeded } from './outcome.ts'
import type { Asked, Head, Session } from './session.ts'
import type { Measured } from './transport.ts'

/** An exchange that only asks; a push that finds nothing to send becomes one. */
export interface Probe {
  readonly id: number
  readonly timeoutMs: number
}

export async function hello(session: Session, probe: Probe, signal: AbortSignal): Promise<readonly SchedulerEvent[]> {
  const { replica } = session.store.state
  const asked = await session.ask('hello', encodeHelloRequest({ replica, schema: session.schema }), probe.timeoutMs, signal)
  if (signal.aborted) return []
  const answer = readAnswer(asked.exchange, decodeHelloAnswer)
  if (!answer.ok) return [failedWith(probe.id, helloFailed(session, answer))]
  return isOtherAccount(session, answer.value)
    ? [failedWith(probe.id, OTHER_ACCOUNT)]
    : greeted(session, probe, asked, answer.value, answer)
}

/** What an answer to a hello tells, also where it came over the live socket. */
export function heardHello(session: Session, asked: Asked, answer: HelloAnswer): readonly SchedulerEvent[] {
  session.heard(answer.hubTimeMs, asked, answer.account)
  session.tally.greetings += 1
  const reopened = session.enterEpoch(answer.epoch)
  const fallen = reopened.length === 0 && asked.isLatest ? session.headsFellBack(answer.spaces) : []
  return [...reopened, ...fallen, ...session.headsHeard(answer.spaces)]
}

export function isOtherAccount({ store }: Session, { account }: HelloAnswer): boolean {
  return store.state.account !== '' && store.state.account !== account
}

const AS_ANOTHER: Failure = { class: 'auth', about: 'exchange', code: 'account.other' }
export const OTHER_ACCOUNT: Failed = { failure: AS_ANOTHER, problem: null }

function greeted(session: Session, { id }: Probe, asked: Asked, answer: HelloAnswer, measured: Measured): readonly SchedulerEvent[] {
  const progress = session.isNews(answer.spaces) || session.store.state.epoch !== answer.epoch
  return [succeeded(id, measured, { progress, more: false }), ...heardHello(session, asked, answer)]
}

/** The replica id is another account's: this store's, which has signed out, or, on a copied store that never said hello, a stranger's. */
function helloFailed(session: Session, failed: Failed): Failed {
  if (failed.problem?.code !== 'replica.foreign') return failed
  if (session.store.state.account !== '') return OTHER_ACCOUNT
  session.store.startNewChain()
  return failed
}

type LongPoll = Extract<SchedulerEffect, { type: 'longPoll' }>

export async function longPoll(
  session: Session,
  { id, holdMs, timeoutMs }: LongPoll,
  signal: AbortSignal,
): Promise<readonly SchedulerEvent[]> {
  const { replica } = session.store.state
  const body = encodePollRequest({ replica, heads: headsKnown(session), waitMs: holdMs })
  const asked = await session.ask('poll', body, timeoutMs, signal)
  if (signal.aborted) return []
  const answer = readAnswer(asked.exchange, decodePollAnswer)
  if (!answer.ok) return [failedWith(id, answer)]
  const { epoch, heads } = answer.value
  const progress = session.isNews(heads) || session.store.state.epoch !== epoch
  return [succeeded(id, answer, { progress, more: false }), ...session.enterEpoch(epoch), ...session.headsHeard(heads)]
}

/** What the hub has told already, so that it answers when there is more; also of spaces that this device does not hold. */
function headsKnown({ store, heads }: Session): readonly Head[] {
  const known = new Map(store.state.spaces.all().map(({ id, head }) => [id, head]))
  for (const [space, head] of heads) known.set(space, Math.max(head, known.get(space) ?? 0))
  return [...known].slice(0, POLL_SPACES_MAX).map(([space, head]) => ({ space, head }))
}
