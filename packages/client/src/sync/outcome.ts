/** The events that report the end of an exchange to the scheduler. */
import type { ExchangeFailed, ExchangeSucceeded } from '@tombolo/core'
import type { Failed } from './answer.ts'
import type { Measured } from './transport.ts'

export function succeeded(
  id: number,
  { bytes, durationMs }: Measured,
  rest: Pick<ExchangeSucceeded, 'progress' | 'more' | 'at'>,
): ExchangeSucceeded {
  return { type: 'exchangeSucceeded', id, bytes, durationMs, ...rest }
}

export function failedWith(id: number, { failure, problem }: Failed, changes?: number): ExchangeFailed {
  const retryAfterMs = problem?.retryAfterMs
  return {
    type: 'exchangeFailed',
    id,
    failure,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(changes === undefined ? {} : { changes }),
  }
}

/** The device itself failed (its storage, or a bug). This says nothing about the hub; the exchange is tried again after a wait. */
export const gaveUp = (id: number): ExchangeFailed => ({ type: 'exchangeFailed', id, failure: GAVE_UP })

const GAVE_UP: ExchangeFailed['failure'] = { class: 'retryable', about: 'nothing', code: null }
