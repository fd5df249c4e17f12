/** Authentication, as a port: a hub is given a function that identifies requests, and knows nothing of passwords or providers. */
import type { Refused } from '../problem.ts'

/**
 * The identity behind a request. `account` owns spaces and is recorded as the author of writes. `device` says whose share of the hub a
 * request takes; those of an account that are not named share one.
 */
export interface Identity {
  readonly account: string
  readonly device?: string
  /** Milliseconds since 1970; a live socket ends with the sign-in that opened it. */
  readonly expiresAtMs?: number
}

/** The headers that an authenticator may read: those of an HTTP request, also of one that opens a live socket. */
export type Headers = Pick<globalThis.Headers, 'get'>

/**
 * Identifies a request by its headers, or says why it is refused. Called for each request and each live socket.
 * @example
 * const authenticate: Authenticate = async (headers) =>
 *   bearer(headers) === 'a token that was given to Ann' ? { account: 'ann' } : { problem: { code: 'auth.required' } }
 */
export type Authenticate = (headers: Headers) => Promise<Identity | { readonly problem: Refused }>

/**
 * The value of a cookie (RFC 6265), or null.
 * @example
 * const { headers } = new Request('http://hub.example', { headers: { cookie: 'theme=dark; session=abc' } })
 * cookie(headers, 'session') // 'abc'
 */
export function cookie(headers: Headers, name: string): string | null {
  for (const pair of (headers.get('cookie') ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return null
}

/**
 * The token of an `Authorization: Bearer` header (RFC 6750), or null.
 * @example
 * const { headers } = new Request('http://hub.example', { headers: { authorization: 'Bearer abc' } })
 * bearer(headers) // 'abc'
 */
export function bearer(headers: Headers): string | null {
  const match = /^Bearer ([^\s]+)$/i.exec(headers.get('authorization') ?? '')
  return match?.[1] ?? null
}
