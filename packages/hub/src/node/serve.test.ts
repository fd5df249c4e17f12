import { mkdirSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import {
  decodeLiveFrame,
  decodePage,
  encodeLiveFrame,
  encodePullRequest,
  encodePushRequest,
  liveProtocolsOf,
  type Page,
  PROBLEMS,
  PUSH_BYTES_MAX,
} from '@tombolo/core'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type DevAuth, devAuth } from '../auth/dev.ts'
import { devPages } from '../http/pages.ts'
import { type Bench, openBench } from '../test/bench-hub.ts'
import { temporaryDirectory } from '../test/database.ts'
import { setTitle } from '../test/device.ts'
import { serveFiles } from './files.ts'
import { serve, type Serving } from './serve.ts'

interface Served {
  readonly bench: Bench
  readonly serving: Serving
  readonly url: string
  readonly auth: DevAuth
}

const open: Served[] = []
afterEach(async () => {
  for (const { serving, bench } of open.splice(0)) {
    await serving.close()
    await bench.storage.close()
  }
})

async function served(): Promise<Served> {
  const auth = devAuth('the-token')
  const gate = { allowedHosts: new Set<string>(), allowedOrigins: new Set<string>() }
  const bench = await openBench({ auth: auth.authenticate, gate })
  const directory = temporaryDirectory()
  mkdirSync(join(directory, 'assets'))
  writeFileSync(join(directory, 'index.html'), '<!doctype html><title>Notes</title>')
  writeFileSync(join(directory, 'sw.js'), '// service worker')
  writeFileSync(join(directory, 'assets/sqlite3-abc.wasm'), new Uint8Array([0, 97, 115, 109]))
  const serving = await serve({
    hub: bench.hub,
    elsewhere: devPages({ gate, cookie: auth.cookie, files: serveFiles(directory) }),
    host: '127.0.0.1',
    port: 0,
  })
  gate.allowedHosts.add(`127.0.0.1:${serving.port}`)
  gate.allowedOrigins.add(`http://127.0.0.1:${serving.port}`)
  const all = { bench, serving, url: `http://127.0.0.1:${serving.port}`, auth }
  open.push(all)
  return all
}

const signedIn = ({ auth }: Served): Record<string, string> => ({
  cookie: auth.cookie.split(';')[0] ?? '',
  'content-type': 'application/json',
})

describe('a page', () => {
  it('is never stale, runs only its own code, and signs in', async () => {
    const { url, auth } = await served()
    const page = await fetch(`${url}/some/route`)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('<title>Notes')
    expect(page.headers.get('cache-control')).toBe('no-cache')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(page.headers.get('set-cookie')).toBe(auth.cookie)
    const worker = await fetch(`${url}/sw.js`)
    expect(worker.headers.get('cache-control')).toBe('no-cache')
    expect(worker.headers.get('set-cookie')).toBeNull()
    // A worker is held to the policy that its own file comes with, and to none if that has none.
    expect(worker.headers.get('content-security-policy')).toBe(page.headers.get('content-security-policy'))
  })

  it('has assets that are kept for ever, of the right type', async () => {
    const { url } = await served()
    const wasm = await fetch(`${url}/assets/sqlite3-abc.wasm`)
    expect(wasm.headers.get('content-type')).toBe('application/wasm')
    expect(wasm.headers.get('cache-control')).toContain('immutable')
    expect((await fetch(`${url}/assets/gone.js`)).status).toBe(404)
  })

  it.each(['/../secret', '/%2e%2e/%2e%2e/etc/passwd', '/..%2fsecret', '/%00', '/%'])(
    'does not lead out of its directory by %s',
    async (path) => {
      const { serving } = await served()
      const status = await new Promise<number | undefined>((resolve) => {
        request({ host: '127.0.0.1', port: serving.port, path }, (response) => resolve(response.resume().statusCode)).end()
      })
      expect(status).not.toBe(500)
      expect([200, 404]).toContain(status)
    },
  )

  it('is not served under a name that somebody else chose', async () => {
    const { serving } = await served()
    const answer = await new Promise<{ status: number | undefined; cookie: unknown }>((resolve) => {
      request({ host: '127.0.0.1', port: serving.port, path: '/', headers: { host: 'evil.test' } }, (response) => {
        resolve({ status: response.resume().statusCode, cookie: response.headers['set-cookie'] })
      }).end()
    })
    expect(answer).toEqual({ status: 421, cookie: undefined })
  })

  it('signs in what is no page by POST /session, but no other site', async () => {
    const { url, auth } = await served()
    const session = await fetch(`${url}/session`, { method: 'POST' })
    expect([session.status, session.headers.get('set-cookie')]).toEqual([204, auth.cookie])
    const foreign = await fetch(`${url}/session`, { method: 'POST', headers: { origin: 'http://evil.test' } })
    expect([foreign.status, foreign.headers.get('set-cookie')]).toEqual([403, null])
  })
})

describe('over the network', () => {
  it('[P4] a push and a pull', async () => {
    const all = await served()
    const device = all.bench.device()
    device.note([setTitle('one')])
    const headers = signedIn(all)
    const pushed = await fetch(`${all.url}/sync/push`, { method: 'POST', headers, body: JSON.stringify(encodePushRequest(device.push())) })
    expect(pushed.status).toBe(200)
    const pulled = await fetch(`${all.url}/sync/pull`, { method: 'POST', headers, body: JSON.stringify(encodePullRequest(device.pull())) })
    expect(decodePage(await pulled.json())).toMatchObject({ ok: true, value: { head: 1 } })
    expect(
      (await fetch(`${all.url}/sync/pull`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '[]' })).status,
    ).toBe(401)
    expect(await (await fetch(`${all.url}/healthz`)).json()).toEqual({ ok: true })
  })

  it('[P4] a body that comes in chunks is bounded as it comes', async () => {
    const all = await served()
    const chunk = Buffer.alloc(1024 * 1024, 'x')
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += chunk.length
        controller.enqueue(chunk)
      },
    })
    const answer = await fetch(`${all.url}/sync/push`, {
      method: 'POST',
      headers: signedIn(all),
      body,
      duplex: 'half',
    } as RequestInit).then(
      (response) => response.status,
      () => 413,
    )
    expect(answer).toBe(413)
    expect(sent).toBeLessThan(128 * chunk.length)
  })

  it('[Q7] a live socket: requests, and a delta of what another device wrote', async () => {
    const all = await served()
    const device = all.bench.device()
    device.note([setTitle('one')])
    const { cookie = '' } = signedIn(all)
    const headers = { cookie, origin: all.url }
    const socket = new WebSocket(`${all.url.replace('http', 'ws')}/sync/live`, { headers })
    const frames = framesOf(socket)
    await opened(socket)
    socket.send(JSON.stringify(encodeLiveFrame({ type: 'request', id: 'a', path: 'push', body: encodePushRequest(device.push()) })))
    expect(await frames()).toMatchObject({ type: 'answer', id: 'a', status: 200 })
    expect(await frames()).toMatchObject({ type: 'head', head: 1 })
    socket.send(JSON.stringify(encodeLiveFrame({ type: 'request', id: 'b', path: 'pull', body: encodePullRequest(device.pull()) })))
    const page = pageOf(await frames())
    device.note([setTitle('two')])
    await fetch(`${all.url}/sync/push`, { method: 'POST', headers: signedIn(all), body: JSON.stringify(encodePushRequest(device.push(1))) })
    expect(pageOf(await frames())).toMatchObject({ from: page.cursor, head: 2, body: { entries: [{ version: 2 }] } })
    socket.close()
  })

  it.each<readonly [string, Record<string, string>, number]>([
    ['a foreign page', { origin: 'http://evil.test' }, 403],
    ['nobody', { cookie: '' }, 401],
    ['another host', { host: 'evil.test' }, 421],
  ])('[Q7] no live socket for %s', async (_name, extra, status) => {
    const all = await served()
    const { cookie = '' } = signedIn(all)
    const socket = new WebSocket(`${all.url.replace('http', 'ws')}/sync/live`, { headers: { cookie, origin: all.url, ...extra } })
    expect(await statusOf(socket)).toBe(status)
  })
})

describe('what is no request', () => {
  const HEAD = 'POST /sync/push HTTP/1.1\r\nHost: HUB\r\nAuthorization: Bearer the-token\r\nContent-Type: application/json\r\n'

  it.each([
    ['ends inside its body', 'message.incomplete', `${HEAD}Content-Length: 500\r\n\r\n[1,`],
    ['ends inside a chunk', 'message.incomplete', `${HEAD}Transfer-Encoding: chunked\r\n\r\n1f4\r\n[1,`],
    ['ends inside its headers', 'message.incomplete', HEAD],
    ['is no HTTP', 'message.malformed', '\x16\x03\x01\x00\xc8\r\n\r\n'],
    ['has a chunk without a size', 'message.malformed', `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n`],
    ['says its length twice', 'message.malformed', `${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n[]`],
    ['says its length in two ways', 'message.malformed', `${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n[]`],
    ['has headers without end', 'message.malformed', `${HEAD}X: ${'x'.repeat(100_000)}\r\n\r\n`],
  ] as const)('[P4] because it %s is %s, and the hub goes on', async (_name, code, text) => {
    const { serving, bench, url } = await served()
    const before = bench.dump()
    const [head = '', body = ''] = (await conversation(serving.port, text.replace('HUB', `127.0.0.1:${serving.port}`))).split('\r\n\r\n')
    expect(head).toContain(`HTTP/1.1 ${PROBLEMS[code].status} `)
    expect(JSON.parse(body)).toMatchObject({ code, ...PROBLEMS[code] })
    expect(bench.dump()).toBe(before)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  })
})

/** Everything that the hub says to a connection that says only this, and closes its side. */
const conversation = (port: number, text: string): Promise<string> =>
  new Promise((resolve) => {
    let heard = ''
    const socket = connect(port, '127.0.0.1', () => socket.end(Buffer.from(text, 'latin1')))
    socket.on('data', (data) => (heard += data.toString()))
    socket.on('error', () => resolve(heard))
    socket.on('close', () => resolve(heard))
  })

describe('a live socket', () => {
  it.each([
    ['is no text', 1003, Buffer.from([1, 2, 3]), true],
    ['is no UTF-8', 1007, Buffer.from([0x22, 0xff, 0xfe, 0x22]), false],
    ['is larger than any message', 1009, Buffer.alloc(PUSH_BYTES_MAX + 1, ' '), false],
    ['is no JSON', 1002, Buffer.from('nonsense'), false],
    ['is of a kind that nobody knows', 1002, Buffer.from('[9]'), false],
    ['asks for what no socket answers', 1002, Buffer.from('[0,"a","poll",[]]'), false],
    ['is nested deeper than any message', 1002, Buffer.from('['.repeat(100_000)), false],
  ] as const)('[P4] with a frame that %s is closed with %i, and nothing has happened', async (_name, code, frame, binary) => {
    const all = await served()
    const { cookie = '' } = signedIn(all)
    const socket = new WebSocket(`${all.url.replace('http', 'ws')}/sync/live`, { headers: { cookie } })
    await opened(socket)
    const before = all.bench.dump()
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    socket.on('error', () => undefined)
    socket.send(frame, { binary })
    expect(await closed).toBe(code)
    expect(all.bench.dump()).toBe(before)
  })
})

describe('a live socket of a page', () => {
  it('[Q7] signs in by a token among its subprotocols, which the hub does not say back', async () => {
    const { url, serving } = await served()
    const offered = [...liveProtocolsOf('the-token')]
    const socket = new WebSocket(`ws://127.0.0.1:${serving.port}/sync/live`, offered, { headers: { origin: url } })
    const said = new Promise<IncomingMessage>((resolve) => socket.once('upgrade', resolve))
    await opened(socket)
    expect((await said).headers['sec-websocket-protocol']).toBe('tombolo')
    socket.close()
  })

  it.each([
    ['another token', liveProtocolsOf('another-token'), {}, 401],
    ['no token', ['tombolo'], {}, 401],
    ['a token, from a page of another origin', liveProtocolsOf('the-token'), { origin: 'http://evil.test' }, 403],
    ['another token beside a good header', liveProtocolsOf('another-token'), { authorization: 'Bearer the-token' }, 101],
  ])('[Q7] with %s it is let in or refused', async (_name, protocols, headers, status) => {
    const { url, serving } = await served()
    const socket = new WebSocket(`ws://127.0.0.1:${serving.port}/sync/live`, [...protocols], { headers: { origin: url, ...headers } })
    expect(await statusOf(socket)).toBe(status)
    socket.terminate()
  })
})

/** What the hub answers to the upgrade. */
const statusOf = (socket: WebSocket): Promise<number | undefined> =>
  new Promise((resolve) => {
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode))
    socket.on('open', () => resolve(101))
    socket.on('error', () => resolve(undefined))
  })

const opened = (socket: WebSocket): Promise<void> => new Promise((resolve) => socket.once('open', () => resolve()))

/** Reads frame after frame, in the order in which they came. */
function framesOf(socket: WebSocket): () => Promise<unknown> {
  const came: unknown[] = []
  const waiting: ((frame: unknown) => void)[] = []
  socket.on('message', (data: Buffer) => {
    const frame = decodeLiveFrame(JSON.parse(data.toString()))
    const value = frame.ok ? frame.value : frame.error
    const next = waiting.shift()
    if (next === undefined) came.push(value)
    else next(value)
  })
  return () => (came.length > 0 ? Promise.resolve(came.shift()) : new Promise((resolve) => waiting.push(resolve)))
}

function pageOf(frame: unknown): Page {
  const { type, body, page } = frame as { readonly type: string; readonly body?: unknown; readonly page?: unknown }
  const decoded = decodePage(type === 'delta' ? page : body)
  if (!decoded.ok) throw new Error(`no page in ${JSON.stringify(frame)}`)
  return decoded.value
}
