/** Who is asking? The one seam for identity: a hub is given one of these, and knows nothing of passwords or providers. */
import type { Refused } from '../problem.ts'

/** Who asks. `account` is what spaces belong to and what stands beside what somebody wrote; `device` is for logs. */
export interface Identity {
  readonly account: string
  readonly device?: string
  /** Milliseconds since 1970; a live socket ends with the sign-in that opened it. */
  readonly expiresAtMs?: number
}

/** What an authenticator may look at: the headers of an HTTP request, or of the one that opens a live socket. */
export type Headers = Pick<globalThis.Headers, 'get'>

/**
 * Who asks, by the headers of their request; or why nobody may know. Called for each request and each live socket.
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
