import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeHelloRequest } from '@tombolo/core'
import { createHub, devAuth, type Hub, SILENT } from '@tombolo/hub'
import { environment, type Serving } from '@tombolo/hub/node'
import { openSqlite } from '@tombolo/hub/sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { app } from '../test/schema.ts'
import { certificateFor } from './certificate.ts'
import { readDevices } from './device-file.ts'
import { serveLan } from './lan.ts'

const directories: string[] = []
const servings: Serving[] = []
afterEach(async () => {
  for (const serving of servings.splice(0)) await serving.close()
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tombolo-lan-'))
  directories.push(directory)
  return directory
}

const DEV_TOKEN = 'the-dev-token'

const openHub = (): Promise<Hub> =>
  createHub({
    ...environment,
    schema: app,
    storage: openSqlite({ path: ':memory:', mintEpoch: () => 'an-epoch' }),
    auth: devAuth(DEV_TOKEN).authenticate,
    gate: { allowedHosts: new Set(['localhost']), allowedOrigins: new Set() },
    key: new Uint8Array(32),
    log: SILENT,
  })

interface Answer {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** A phone: it has confirmed the certificate. */
function ask(url: string, method: string, headers: Readonly<Record<string, string>> = {}, body: string = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { method, headers, rejectUnauthorized: false }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: text }))
    })
    asking.on('error', reject)
    asking.end(body)
  })
}

interface Network {
  readonly data: string
  readonly said: string[]
  readonly link: () => string
  readonly origin: string
}

async function openNetwork(): Promise<Network> {
  const data = temporaryDirectory()
  const said: string[] = []
  servings.push(await serveLan({ hub: await openHub(), account: 'dev', files: null, data, port: 0, say: (text) => said.push(text) }))
  const link = (): string => /https:\/\/\S+/.exec(said.at(-1) ?? '')?.[0] ?? ''
  return { data, said, link, origin: new URL(link()).origin }
}

const hello = (origin: string, cookie: string): Promise<Answer> => {
  const body = JSON.stringify(encodeHelloRequest({ replica: 'A'.repeat(22) as never, schema: app }))
  return ask(`${origin}/sync/hello`, 'POST', { 'content-type': 'application/json', cookie }, body)
}

describe('--lan', () => {
  it('signs a phone in by a link that is good once, and shows the next one', async () => {
    const { link, origin, said, data } = await openNetwork()
    const first = link()
    expect(await ask(first, 'GET')).toMatchObject({ status: 200, body: expect.stringContaining('Sign this device in?') })
    const joined = await ask(first, 'POST', { origin })
    expect(joined).toMatchObject({ status: 303, headers: { location: '/' } })
    const cookie = String(joined.headers['set-cookie'])
    expect(cookie).toMatch(/^__Host-tombolo-device=.*; Secure; HttpOnly; SameSite=Strict/)
    expect((await hello(origin, cookie.split(';')[0] ?? '')).status).toBe(200)
    expect(said).toHaveLength(2)
    expect(link()).not.toBe(first)
    expect(await ask(first, 'POST', { origin })).toMatchObject({ status: 410 })
    expect(await ask(first, 'GET')).toMatchObject({ status: 410 })
    expect(readDevices(join(data, 'devices.json'))).toHaveLength(1)
  })

  it('knows nothing of the token of --dev', async () => {
    const { origin } = await openNetwork()
    expect((await hello(origin, `tombolo-dev=${DEV_TOKEN}`)).status).toBe(401)
    const page = await ask(origin, 'GET')
    expect(page.headers['set-cookie']).toBeUndefined()
    expect((await ask(`${origin}/session`, 'POST')).headers['set-cookie']).toBeUndefined()
  })

  it('answers to its own addresses only, and joins nobody for another page', async () => {
    const { link, origin } = await openNetwork()
    expect((await ask(origin, 'GET', { host: 'evil.test' })).status).toBe(421)
    expect((await ask(link(), 'POST', { origin: 'https://evil.test' })).status).toBe(403)
    expect((await ask(link(), 'GET')).status).toBe(200)
  })

  it('keeps its certificate, until it is for other addresses or ends', async () => {
    const data = temporaryDirectory()
    const now = Date.now()
    const first = await certificateFor(['192.168.1.7'], data, now)
    expect(await certificateFor(['192.168.1.7'], data, now)).toEqual(first)
    expect(statSync(join(data, 'lan.key.pem')).mode & 0o077).toBe(0)
    expect(readFileSync(join(data, 'lan.cert.pem'), 'utf8')).toContain('BEGIN CERTIFICATE')
    const moved = await certificateFor(['192.168.1.8'], data, now)
    expect(moved.fingerprint).not.toBe(first.fingerprint)
    expect((await certificateFor(['192.168.1.8'], data, now + 366 * 86_400_000)).fingerprint).not.toBe(moved.fingerprint)
  })
})
