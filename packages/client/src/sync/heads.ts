/**
 * Asks the hub for the account and the heads: the probe (hello) and the long poll.
 *
 * A store belongs to one account: if the hub answers for another account, nothing may be sent until the store's own account signs in.
 */
import {
  decodeHelloAnswer,
  decodePollAnswer,
  encodeHelloRequest,
  encodePollRequest,
  type Epoch,
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

/** An exchange that only asks. A push without anything to send becomes one. */
export interface Probe {
  readonly id: number
  readonly timeoutMs: number
}

export async function hello(session: Session, probe: Probe, signal: AbortSignal): Promise<readonly SchedulerEvent[]> {
  // For what a remedy may put back later.
  session.text.inAdvance()
  const { replica } = session.store.state
  const asked = await session.ask('hello', encodeHelloRequest({ replica, schema: session.schema }), probe.timeoutMs, signal)
  if (signal.aborted) return []
  const answer = readAnswer(asked.exchange, decodeHelloAnswer)
  if (!answer.ok) return [failedWith(probe.id, helloFailed(session, answer))]
  if (isOtherAccount(session, answer.value)) return [failedWith(probe.id, OTHER_ACCOUNT)]
  await readyFor(session, answer.value.epoch, readable(answer.value))
  return signal.aborted ? [] : greeted(session, probe, asked, answer.value, answer)
}

/** Resolves when these heads can be heard: what the hub has lost is put back on its records. Rejects when that takes Yjs, which cannot be fetched. */
export async function readyFor(session: Session, epoch: Epoch, heads: readonly Head[]): Promise<void> {
  if (session.hasLost(epoch, heads)) await session.text.forLost()
}

/** The spaces of an answer that the account may read. */
export const readable = ({ spaces }: HelloAnswer): HelloAnswer['spaces'] => spaces.filter(({ role }) => role !== 'none')

/** The events of an answer to a hello, over HTTP or the live socket. */
export function heardHello(session: Session, asked: Asked, answer: HelloAnswer): readonly SchedulerEvent[] {
  session.heard(answer.hubTimeMs, asked, answer.account)
  session.tally.greetings += 1
  const spaces = readable(answer)
  // A late answer may speak of a removal from before a return; the next one says how it is.
  const roles = asked.isLatest ? session.rolesHeard(answer.spaces) : []
  return [...roles, ...heardHeads(session, asked, answer.epoch, spaces), ...session.durableHeard(spaces)]
}

function heardHeads(session: Session, { isLatest }: Asked, epoch: Epoch, heads: readonly Head[]): readonly SchedulerEvent[] {
  const reopened = session.enterEpoch(epoch)
  const fallen = reopened.length === 0 && isLatest ? session.headsFellBack(heads) : []
  return [...reopened, ...fallen, ...session.headsHeard(heads)]
}

export function isOtherAccount({ store }: Session, { account }: HelloAnswer): boolean {
  return store.state.account !== '' && store.state.account !== account
}

const AS_ANOTHER: Failure = { class: 'auth', about: 'exchange', code: 'account.other' }
export const OTHER_ACCOUNT: Failed = { failure: AS_ANOTHER, problem: null }

function greeted(session: Session, { id }: Probe, asked: Asked, answer: HelloAnswer, measured: Measured): readonly SchedulerEvent[] {
  const progress = session.isNews(readable(answer)) || session.store.state.epoch !== answer.epoch
  return [succeeded(id, measured, { progress, more: false }), ...heardHello(session, asked, answer)]
}

/** The failure of a hello. A store whose replica id was never used takes a new one. */
function helloFailed(session: Session, failed: Failed): Failed {
  if (failed.problem?.code === 'replica.foreign' && session.store.state.account === '') session.store.hub.startNewChain()
  return unlessForeign(session, failed)
}

/** Handles a replica id that belongs to another account than the one signed in: the store waits for its own account. */
export function unlessForeign({ store }: Session, failed: Failed): Failed {
  return failed.problem?.code === 'replica.foreign' && store.state.account !== '' ? OTHER_ACCOUNT : failed
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
  await readyFor(session, epoch, heads)
  if (signal.aborted) return []
  const progress = session.isNews(heads) || session.store.state.epoch !== epoch
  return [succeeded(id, answer, { progress, more: false }), ...heardHeads(session, asked, epoch, heads)]
}

/** The heads last received from the hub, also of spaces that this device does not hold, so that it answers when one moves; not of those that it lost [W5]. */
function headsKnown({ store, heads }: Session): readonly Head[] {
  const all = store.state.spaces.all()
  const known = new Map(all.map(({ id, head }) => [id, head]))
  for (const [space, head] of heads) known.set(space, head)
  for (const { id, role } of all) if (role === 'none') known.delete(id)
  return [...known].slice(0, POLL_SPACES_MAX).map(([space, head]) => ({ space, head }))
}
