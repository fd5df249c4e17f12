import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { cookie } from './auth.ts'
import { devAuth } from './dev.ts'
import { jwtAuth } from './jwt.ts'

const NOW_MS = 1_800_000_000_000
const secret = new Uint8Array(32).fill(9)
const headers = (values: Readonly<Record<string, string>>): Headers => new Headers(values)

let clock = NOW_MS
beforeEach(() => {
  clock = NOW_MS
})

const auth = jwtAuth({ key: { secret }, issuer: 'https://id.test', audience: 'tombolo', algorithms: ['HS256'], clock: () => clock })

interface Token {
  readonly issuer?: string
  readonly audience?: string
  readonly subject?: string
  readonly expiresAt?: number
  readonly key?: Uint8Array
  readonly algorithm?: string
}

const token = ({
  issuer = 'https://id.test',
  audience = 'tombolo',
  subject = 'ann',
  expiresAt = NOW_MS / 1000 + 60,
  key = secret,
  algorithm = 'HS256',
}: Token): Promise<string> =>
  new SignJWT({ device: 'phone' })
    .setProtectedHeader({ alg: algorithm })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(subject)
    .setExpirationTime(expiresAt)
    .sign(key)

describe('a token', () => {
  it('names the account, as bearer and as cookie', async () => {
    const good = await token({})
    const identity = { account: 'ann', device: 'phone', expiresAtMs: NOW_MS + 60_000 }
    expect(await auth(headers({ authorization: `Bearer ${good}` }))).toEqual(identity)
    expect(await auth(headers({ cookie: `other=1; __Host-tombolo=${good}` }))).toEqual(identity)
  })

  it.each<readonly [string, Token]>([
    ['another issuer', { issuer: 'https://evil.test' }],
    ['another audience', { audience: 'other' }],
    ['another key', { key: new Uint8Array(32).fill(1) }],
    ['another algorithm', { algorithm: 'HS512', key: new Uint8Array(64).fill(9) }],
    ['nobody', { subject: '' }],
  ])('of %s is refused', async (_name, made) => {
    expect(await auth(headers({ authorization: `Bearer ${await token(made)}` }))).toMatchObject({ problem: { code: 'auth.required' } })
  })

  it('that is none is refused, and none at all', async () => {
    expect(await auth(headers({ authorization: 'Bearer a.b.c' }))).toMatchObject({ problem: { code: 'auth.required' } })
    expect(await auth(headers({ authorization: 'Basic YTpi' }))).toMatchObject({ problem: { code: 'auth.required' } })
    expect(await auth(headers({}))).toMatchObject({ problem: { code: 'auth.required' } })
  })

  it('[S3] expires, also when it was remembered', async () => {
    const good = headers({ authorization: `Bearer ${await token({})}` })
    expect(await auth(good)).toMatchObject({ account: 'ann' })
    clock = NOW_MS + 61_000
    expect(await auth(good)).toMatchObject({ problem: { code: 'auth.expired' } })
  })

  it('may be signed by a key of a published set', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const keySet = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] }
    const bySet = jwtAuth({ key: { keySet }, issuer: 'i', audience: 'a', algorithms: ['ES256'], clock: () => clock })
    const signed = await new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuer('i')
      .setAudience('a')
      .setSubject('bob')
      .setExpirationTime(NOW_MS / 1000 + 9)
      .sign(privateKey)
    expect(await bySet(headers({ authorization: `Bearer ${signed}` }))).toMatchObject({ account: 'bob' })
  })
})

describe('signing in for development', () => {
  it('takes the token of this process, in a cookie that scripts cannot read', async () => {
    const dev = devAuth('secret-token')
    expect(dev.cookie).toMatch(/HttpOnly; SameSite=Strict/)
    expect(await dev.authenticate(headers({ cookie: dev.cookie.split(';')[0] ?? '' }))).toEqual({ account: 'dev' })
    expect(await dev.authenticate(headers({ cookie: 'tombolo-dev=other' }))).toMatchObject({ problem: { code: 'auth.required' } })
  })
})

it('a cookie is found by its whole name', () => {
  expect(cookie(headers({ cookie: 'xa=1; a=2=3; b' }), 'a')).toBe('2=3')
  expect(cookie(headers({ cookie: 'xa=1' }), 'a')).toBeNull()
})
