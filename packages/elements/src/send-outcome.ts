/** The outcome of 'Send now', as soon as it can be told truthfully: a person who presses it always gets an answer. */
import type { StoreStatus } from '@tombolo/client'
import type { Wording } from './wording.ts'

/** Time for a hub that answers to judge the waiting changes. */
const ANSWERED_MS = 3_000
/** A probe gets this long before the person is told that there is no connection. */
const OFFLINE_MS = 1_500
const SLOW_MS = 15_000

/** The outcome in words, or null while it is too early to say. `before` is the status when the button was pressed. */
export function sendOutcome(before: StoreStatus, now: StoreStatus, waitedMs: number, words: Wording, clock: number): string | null {
  if (now.connection === 'needs-sign-in') return words.say('send.signIn')
  if (now.connection === 'blocked') return words.say('send.blocked')
  const waiting = waitingOf(now)
  const isAnswered = now.lastSuccessAt !== null && now.lastSuccessAt !== before.lastSuccessAt
  const isDone = waiting === 0 && (isAnswered || waitingOf(before) > 0)
  if (isDone) return doneWords(before, now, words)
  if (isAnswered && waitedMs >= ANSWERED_MS) return partlyWords(before, now, words, clock)
  if (now.connection === 'offline' && waitedMs >= OFFLINE_MS) return offlineWords(now, words, clock)
  return waitedMs >= SLOW_MS ? sentences([words.say('send.slow'), nextTry(now, words, clock)]) : null
}

const waitingOf = ({ toSend, lanes }: StoreStatus): number => toSend + lanes.files + lanes.jobs

function doneWords(before: StoreStatus, now: StoreStatus, words: Wording): string {
  if (now.needsAttention > before.needsAttention) return words.say('send.attention', { n: now.needsAttention })
  return words.say(waitingOf(before) > 0 ? 'send.allSent' : 'send.nothing')
}

function partlyWords(before: StoreStatus, now: StoreStatus, words: Wording, clock: number): string {
  if (now.needsAttention > before.needsAttention) return words.say('send.attention', { n: now.needsAttention })
  return sentences([words.say('send.some', { n: waitingOf(now) }), nextTry(now, words, clock)])
}

function offlineWords(now: StoreStatus, words: Wording, clock: number): string {
  if (waitingOf(now) === 0) return words.say('send.offlineNothing')
  return sentences([words.say('send.offline'), nextTry(now, words, clock)])
}

/** The time of the next attempt, if the engine has set one. */
const nextTry = ({ nextTryAt }: StoreStatus, words: Wording, clock: number): string =>
  nextTryAt === null || nextTryAt <= clock ? '' : words.say('send.nextTry', { time: words.time(nextTryAt, clock) })

const sentences = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ')
