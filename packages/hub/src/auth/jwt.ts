/**
 * Sign-in by JSON Web Token (RFC 7519), the default: short-lived, from the team's own identity provider, as a bearer token or in a cookie
 * of this origin. Issuer, audience and algorithms are fixed, so that tokens made for another purpose, or signed by another algorithm, are
 * refused.
 */
import { createLocalJWKSet, createRemoteJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose'
import { type Refused, refused } from '../problem.ts'
import { type Authenticate, bearer, cookie, type Identity } from './auth.ts'

/** The tokens that are accepted. */
export interface JwtOptions {
  /** A shared secret of at least 32 bytes, the provider's key set, or where it is published. */
  readonly key: { readonly secret: Uint8Array } | { readonly keySet: JSONWebKeySet } | { readonly keySetUrl: URL }
  readonly issuer: string
  readonly audience: string
  /** Such as `['RS256']`; never chosen by the token. */
  readonly algorithms: readonly string[]
  readonly clock: () => number
}

/** The prefix makes browsers refuse it from any other host or path. */
const COOKIE = '__Host-tombolo'
/** Recently checked tokens are remembered until they expire, because a check costs more than a small push. */
const REMEMBERED_MAX = 10_000

/**
 * Accepts tokens of an identity provider, as bearer or in the cookie `__Host-tombolo`. The subject is the account; a claim `device` may
 * name the device. Missing or invalid tokens are refused with `auth.required`, expired ones with `auth.expired`; if the keys cannot be
 * read, the problem is `hub.unavailable`.
 * @example
 * const auth = jwtAuth({
 *   key: { keySetUrl: new URL('https://id.example/.well-known/jwks.json') },
 *   issuer: 'https://id.example/',
 *   audience: 'notes',
 *   algorithms: ['RS256'],
 *   clock: Date.now,
 * })
 */
export function jwtAuth(options: JwtOptions): Authenticate {
  const keyOf = keyFor(options.key)
  const remembered = new Map<string, Identity & { readonly expiresAtMs: number }>()
  return async (headers) => {
    const token = bearer(headers) ?? cookie(headers, COOKIE)
    if (token === null) return { problem: refused('auth.required') }
    const known = remembered.get(token)
    if (known !== undefined && known.expiresAtMs > options.clock()) return known
    const answer = await verify(token, keyOf, options)
    remembered.delete(token)
    if ('account' in answer) remember(remembered, token, answer)
    return answer
  }
}

function keyFor(key: JwtOptions['key']): JWTVerifyGetKey {
  if ('keySetUrl' in key) return createRemoteJWKSet(key.keySetUrl)
  return 'keySet' in key ? createLocalJWKSet(key.keySet) : () => key.secret
}

function remember<T>(remembered: Map<string, T>, token: string, identity: T): void {
  const [oldest] = remembered.keys()
  if (remembered.size >= REMEMBERED_MAX && oldest !== undefined) remembered.delete(oldest)
  remembered.set(token, identity)
}

async function verify(
  token: string,
  keyOf: JWTVerifyGetKey,
  { issuer, audience, algorithms, clock }: JwtOptions,
): Promise<(Identity & { readonly expiresAtMs: number }) | { readonly problem: Refused }> {
  try {
    const options = { issuer, audience, algorithms: [...algorithms], currentDate: new Date(clock()), requiredClaims: ['sub', 'exp'] }
    return identityOf((await jwtVerify(token, keyOf, options)).payload)
  } catch (error) {
    return { problem: problemFor(error) }
  }
}

function identityOf({ sub, exp, device }: JWTPayload): (Identity & { readonly expiresAtMs: number }) | { readonly problem: Refused } {
  if (sub === undefined || sub === '' || exp === undefined) return { problem: refused('auth.required', 'the token names nobody') }
  const identity = { account: sub, expiresAtMs: exp * 1000 }
  return typeof device === 'string' ? { ...identity, device } : identity
}

/** The problem for an error. If the provider cannot be reached, the device should come back later, not sign in again. */
function problemFor(error: unknown): Refused {
  if (error instanceof errors.JWTExpired) return refused('auth.expired')
  if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError))
    return refused('hub.unavailable', 'the keys of the sign-in cannot be read')
  return refused('auth.required', 'the token is not valid here')
}
