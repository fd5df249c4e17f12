/**
 * Enrolment by invitation, for those without an identity provider: whoever opens a one-time link is the inviter's account on one more
 * device. The device keeps a token of its own as a cookie; the hub keeps only its hash.
 *
 *   invite() ─► code, good once and for ten minutes ─► join(code) ─► cookie
 */
import { createHash } from 'node:crypto'
import { base64url, type RandomBytes } from '@tombolo/core'
import { refused } from '../problem.ts'
import { type Authenticate, cookie, type Identity } from './auth.ts'

/** Whose devices are enrolled, and where their tokens' hashes are kept. */
export interface DevicesOptions {
  readonly account: string
  readonly random: RandomBytes
  readonly clock: () => number
  /** Hashes of the tokens that were given out before. */
  readonly known: readonly string[]
  /** Keeps the hashes of all tokens; called after each device that joined. */
  readonly remember: (hashes: readonly string[]) => void
}

/** Enrolment by invitation. */
export interface Devices {
  readonly authenticate: Authenticate
  /** A new code, which goes into a link. */
  readonly invite: () => string
  /** The Set-Cookie header of a device that came with a good code; null where the code was used or is too old. */
  readonly join: (code: string) => string | null
  /** Is this code still good? It stays so. */
  readonly isInvited: (code: string) => boolean
}

const DEVICE_COOKIE = '__Host-tombolo-device'
const INVITATION_MS = 10 * 60_000
const YEAR_SECONDS = 365 * 24 * 3600

/**
 * Lets devices in by one-time codes, each good for ten minutes. A device is known by a cookie; only the cookie's hash is kept.
 * @example
 * const devices = enrolDevices({ account: 'ann', random: environment.random, clock: Date.now, known: [], remember: () => undefined })
 * const code = devices.invite()
 * devices.isInvited(code) // true
 * devices.join(code)?.startsWith('__Host-tombolo-device=') // true
 * devices.isInvited(code) // false
 */
export function enrolDevices({ account, random, clock, known, remember }: DevicesOptions): Devices {
  const hashes = new Set(known)
  const invited = new Map<string, number>()
  const isInvited = (code: string): boolean => (invited.get(code) ?? 0) > clock()
  return {
    isInvited,
    authenticate: async (headers) => identify(cookie(headers, DEVICE_COOKIE), hashes, account),
    invite: () => {
      const code = base64url(random(16))
      invited.set(code, clock() + INVITATION_MS)
      return code
    },
    join: (code) => {
      if (!isInvited(code)) return null
      invited.delete(code)
      const token = base64url(random(32))
      hashes.add(hashOf(token))
      remember([...hashes])
      return `${DEVICE_COOKIE}=${token}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=${YEAR_SECONDS}`
    },
  }
}

function identify(token: string | null, hashes: ReadonlySet<string>, account: string): Awaited<ReturnType<Authenticate>> {
  const hash = token === null ? null : hashOf(token)
  if (hash === null || !hashes.has(hash)) return { problem: refused('auth.required', 'open the link that the hub shows to sign in') }
  return { account, device: hash.slice(0, 8) } satisfies Identity
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url')
