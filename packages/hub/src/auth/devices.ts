/**
 * Enrolment by invitation, for hubs without an identity provider. A one-time link signs one more device in to the inviter's account. The
 * device keeps its own token as a cookie; the hub keeps only the token's hash.
 *
 *   invite() ─► code, good once and for ten minutes ─► join(code) ─► cookie
 */
import { createHash } from 'node:crypto'
import { base64url, type RandomBytes } from '@tombolo/core'
import { refused } from '../problem.ts'
import { type Authenticate, cookie, type Identity } from './auth.ts'

/** The account whose devices are enrolled, and the storage of their tokens' hashes. */
export interface DevicesOptions {
  readonly account: string
  readonly random: RandomBytes
  readonly clock: () => number
  /** Hashes of the tokens issued before. */
  readonly known: readonly string[]
  /** Stores the hashes of all tokens; called after each device that joins. */
  readonly remember: (hashes: readonly string[]) => void
}

/** Enrolment by invitation. */
export interface Devices {
  readonly authenticate: Authenticate
  /** A new code, which goes into a link. */
  readonly invite: () => string
  /** Uses up a code and returns the Set-Cookie header for the device; null if the code was used or is too old. */
  readonly join: (code: string) => string | null
  /** Whether this code is still valid. Does not use it up. */
  readonly isInvited: (code: string) => boolean
}

const DEVICE_COOKIE = '__Host-tombolo-device'
const INVITATION_MS = 10 * 60_000
const YEAR_SECONDS = 365 * 24 * 3600

/**
 * Enrols devices by one-time codes, each valid for ten minutes. A device is known by a cookie; only the cookie's hash is kept.
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
