/**
 * Reads the end of an exchange: the message that was asked for, or the failure for the scheduler [S3].
 *
 * An answer that cannot be decoded is treated like a captive portal's page: nothing in it is believed.
 */
import { type DecodeError, type Failure, failureOf, HUB_OLDER, type Problem, type Result, unreachable } from '@tombolo/core'
import type { Exchange, Measured } from './transport.ts'

export type Answer<T> = ({ readonly ok: true; readonly value: T } & Measured) | ({ readonly ok: false } & Failed)

export interface Failed {
  readonly failure: Failure
  /** The hub's problem, if the hub itself answered. */
  readonly problem: Problem | null
}

export function readAnswer<T>(exchange: Exchange, decode: (body: unknown) => Result<T, DecodeError>): Answer<T> {
  if (exchange.type !== 'answered') return { ok: false, ...failedOf(exchange) }
  const decoded = decode(exchange.body)
  if (!decoded.ok) return { ok: false, failure: failureOf({ type: 'not-the-hub' }), problem: null }
  return { ok: true, value: decoded.value, bytes: exchange.bytes, durationMs: exchange.durationMs }
}

/** The device has no token. Like a 401, except that it says nothing about the hub. */
const NO_TOKEN: Failure = { class: 'auth', about: 'nothing', code: 'auth.required' }

function failedOf(exchange: Exclude<Exchange, { type: 'answered' }>): Failed {
  switch (exchange.type) {
    case 'problem':
      return { failure: failureOfProblem(exchange.problem), problem: exchange.problem }
    case 'signed-out':
      return { failure: NO_TOKEN, problem: null }
    case 'network':
    case 'timeout':
    case 'aborted':
    case 'not-the-hub':
      return { failure: failureOf(exchange), problem: null }
    default:
      return unreachable(exchange)
  }
}

/** The failure of a problem. A hub older than this app only blocks sending: people wait for an update of the hub, not of the app. */
export function failureOfProblem({ status, class: kind, code }: Problem): Failure {
  return failureOf({ type: 'answered', status, class: kind, code: code === 'schema.newer' ? HUB_OLDER : code })
}
