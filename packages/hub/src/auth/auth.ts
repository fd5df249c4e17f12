/** Who is asking? The one seam for identity: a hub is given one of these, and knows nothing of passwords or providers. */
import type { Refused } from '../problem.ts'

export interface Identity {
  readonly account: string
  readonly device?: string
  /** Milliseconds since 1970; a live socket ends with the sign-in that opened it. */
  readonly expiresAtMs?: number
}

/** What an authenticator may look at: the headers of an HTTP request, or of the one that opens a live socket. */
export type Headers = Pick<globalThis.Headers, 'get'>

export type Authenticate = (headers: Headers) => Promise<Identity | { readonly problem: Refused }>

/** The value of a cookie (RFC 6265), or null. */
export function cookie(headers: Headers, name: string): string | null {
  for (const pair of (headers.get('cookie') ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return null
}

export function bearer(headers: Headers): string | null {
  const match = /^Bearer ([^\s]+)$/i.exec(headers.get('authorization') ?? '')
  return match?.[1] ?? null
}
