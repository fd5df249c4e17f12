/**
 * Sign-in for development: one account, and a token that lives as long as the process. Pages of the hub's own origin get it as a cookie
 * that scripts cannot read and other sites cannot send. For loopback only.
 */
import { timingSafeEqual } from 'node:crypto'
import { refused } from '../problem.ts'
import { type Authenticate, bearer, cookie, type Identity } from './auth.ts'

/** Sign-in for development. */
export interface DevAuth {
  readonly authenticate: Authenticate
  /** The Set-Cookie header for a page of this hub. */
  readonly cookie: string
}

const DEV_COOKIE = 'tombolo-dev'

/**
 * Accepts one token, as bearer or cookie, for one account. For a hub that only its own machine can reach.
 * @example
 * const dev = devAuth('a token of chance')
 * dev.cookie // 'tombolo-dev=a token of chance; Path=/; HttpOnly; SameSite=Strict'
 */
export function devAuth(token: string, identity: Identity = { account: 'dev' }): DevAuth {
  const authenticate: Authenticate = async (headers) => {
    const shown = bearer(headers) ?? cookie(headers, DEV_COOKIE)
    return shown !== null && isSame(shown, token) ? identity : { problem: refused('auth.required', 'open the page of this hub to sign in') }
  }
  return { authenticate, cookie: `${DEV_COOKIE}=${token}; Path=/; HttpOnly; SameSite=Strict` }
}

function isSame(shown: string, token: string): boolean {
  const [a, b] = [Buffer.from(shown), Buffer.from(token)]
  return a.length === b.length && timingSafeEqual(a, b)
}
