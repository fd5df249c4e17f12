import { problem } from '@tombolo/core'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { HttpTransport, type HttpTransportOptions } from './http-transport.ts'
import type { Exchange } from './transport.ts'

interface Seen {
  readonly url: string
  readonly headers: Headers
  readonly body: Uint8Array
}

type Reply = (seen: Seen) => Response | Promise<Response>

const echoing = (body: BodyInit | null, status: number, headers: Record<string, string>): Reply => {
  return ({ headers: sent }) =>
    new Response(body, { status, headers: { ...headers, 'tombolo-request': sent.get('tombolo-request') ?? '' } })
}

const json = (value: unknown, headers: Record<string, string> = {}): Reply =>
  echoing(JSON.stringify(value), 200, { 'content-type': 'application/json', ...headers })

const refusing = (code: Parameters<typeof problem>[0], headers: Record<string, string> = {}): Reply =>
  echoing(JSON.stringify(problem(code)), problem(code).status, { 'content-type': 'application/problem+json', ...headers })

function open(reply: Reply, options: Partial<HttpTransportOptions> = {}): { transport: HttpTransport; seen: Seen[] } {
  const seen: Seen[] = []
  let now = 0
  const transport = new HttpTransport({
    hub: 'https://hub.test/sync',
    monotonicMs: () => (now += 50),
    fetch: async (url, init) => {
      init.signal?.throwIfAborted()
      const request = { url, headers: new Headers(init.headers), body: init.body as Uint8Array }
      seen.push(request)
      return reply(request)
    },
    ...options,
  })
  return { transport, seen }
}

const ask = (transport: HttpTransport, body: string[] = ['hello'], signal = new AbortController().signal): Promise<Exchange> =>
  transport.request('push', body, { timeoutMs: 5000, signal })

describe('asking', () => {
  test('[S1] a request goes as JSON with an id of its own, and its answer comes back measured', async () => {
    const { transport, seen } = open(json([1, 2]))
    expect(await ask(transport)).toEqual({ type: 'answered', body: [1, 2], bytes: '["hello"]'.length + '[1,2]'.length, durationMs: 50 })
    await ask(transport)
    expect(seen[0]?.url).toBe('https://hub.test/sync/push')
    expect(seen[0]?.headers.get('content-type')).toBe('application/json')
    expect(seen[0]?.headers.get('authorization')).toBeNull()
    expect(new Set(seen.map(({ headers }) => headers.get('tombolo-request'))).size).toBe(2)
  })

  test('[S6] what is above one KiB goes packed, and counts as it went over the wire', async () => {
    const { transport, seen } = open(json([], { 'content-encoding': 'gzip', 'content-length': '77' }))
    const body = [JSON.stringify('heron '.repeat(1000))]
    const exchange = await ask(transport, body)
    expect(seen[0]?.headers.get('content-encoding')).toBe('gzip')
    expect(JSON.parse(gunzipSync(seen[0]?.body ?? new Uint8Array()).toString())).toEqual(body)
    expect(exchange).toMatchObject({ type: 'answered', bytes: (seen[0]?.body.length ?? 0) + 77 })
  })

  test('[S2] a problem is told with the time that the hub asks for', async () => {
    expect(await ask(open(refusing('hub.busy', { 'retry-after': '7' })).transport)).toMatchObject({
      type: 'problem',
      problem: { code: 'hub.busy', class: 'retryable', status: 503, retryAfterMs: 7000 },
    })
  })
})

describe('what is not the hub', () => {
  test.each<[string, Reply]>([
    ['a page of a captive portal', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    ['JSON of another server', () => Response.json({ ok: true })],
    [
      'a cached answer to another request',
      () => new Response('[]', { headers: { 'content-type': 'application/json', 'tombolo-request': 'old' } }),
    ],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://portal.test' } })],
    ["a proxy's 502", () => new Response('bad gateway', { status: 502 })],
    ['an error that is no problem document', echoing('{}', 500, { 'content-type': 'application/problem+json' })],
    ['a good status with the media type of a problem', echoing('{}', 200, { 'content-type': 'application/problem+json' })],
  ])('[S1] %s is not believed', async (_what, reply) => {
    expect(await ask(open(reply).transport)).toEqual({ type: 'not-the-hub' })
  })

  test('[S1] an answer that is cut short is no message', async () => {
    expect(await ask(open(echoing('[1,2', 200, { 'content-type': 'application/json' })).transport)).toMatchObject({
      type: 'answered',
      body: undefined,
    })
  })

  test('[S1] an answer without end is left off', async () => {
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({ pull: (to) => to.enqueue(new Uint8Array((sent += 1) && 8 * 1024 * 1024).fill(32)) })
    expect(await ask(open(echoing(endless, 200, { 'content-type': 'application/json' })).transport)).toEqual({ type: 'not-the-hub' })
    expect(sent).toBeLessThan(16)
  })

  test('[S1] an answer that is nested deeper than any message is not read at all', async () => {
    const nested = '['.repeat(1_000_000) + ']'.repeat(1_000_000)
    const exchange = await ask(open(echoing(nested, 200, { 'content-type': 'application/json' })).transport)
    expect(exchange).toMatchObject({ type: 'answered', body: undefined })
  })
})

describe('when there is no answer', () => {
  test('[S3] a connection that fails is `network`, whatever the platform says of it', async () => {
    const broken: Reply = () => {
      throw new TypeError('Failed to fetch')
    }
    expect(await ask(open(broken).transport)).toEqual({ type: 'network' })
    const cut = new ReadableStream<Uint8Array>({ pull: (to) => to.error(new TypeError('terminated')) })
    expect(await ask(open(echoing(cut, 200, { 'content-type': 'application/json' })).transport)).toEqual({ type: 'network' })
  })

  test('[S3] what the device gives up is `aborted`, before and while it runs', async () => {
    const end = new AbortController()
    const { transport, seen } = open(() => {
      end.abort()
      throw new DOMException('aborted', 'AbortError')
    })
    expect(await ask(transport, ['x'], end.signal)).toEqual({ type: 'aborted' })
    expect(await ask(transport, ['x'], end.signal)).toEqual({ type: 'aborted' })
    expect(seen).toHaveLength(1)
  })

  test('[S3] an answer that does not come in time is `timeout`', async () => {
    const silent = new HttpTransport({
      hub: 'https://hub.test/sync',
      fetch: (_url, { signal }) => new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted')))),
    })
    expect(await silent.request('push', [], { timeoutMs: 1, signal: new AbortController().signal })).toEqual({ type: 'timeout' })
  })
})

describe('signing in', () => {
  test('[S3] a token goes with every request; without one nothing is sent', async () => {
    const { transport, seen } = open(json([]), { token: () => 'abc' })
    await ask(transport)
    expect(seen[0]?.headers.get('authorization')).toBe('Bearer abc')
    const nobody = open(json([]), { token: () => null })
    expect(await ask(nobody.transport)).toEqual({ type: 'signed-out' })
    expect(nobody.seen).toEqual([])
  })

  test('[S3] a token that ran out is refreshed once before the 401 is told', async () => {
    const refused: (string | null)[] = []
    const token = (old: string | null): string => {
      refused.push(old)
      return old === null ? 'old' : 'new'
    }
    const reply: Reply = (seen) => (seen.headers.get('authorization') === 'Bearer new' ? json([])(seen) : refusing('auth.expired')(seen))
    const { transport, seen } = open(reply, { token })
    expect(await ask(transport)).toMatchObject({ type: 'answered' })
    expect(refused).toEqual([null, 'old'])
    expect(seen).toHaveLength(2)
  })

  test('[S3] a token that stays refused is a 401, without a loop', async () => {
    const { transport, seen } = open(refusing('auth.required'), { token: () => 'same' })
    expect(await ask(transport)).toMatchObject({ type: 'problem', problem: { class: 'auth' } })
    expect(seen).toHaveLength(1)
  })
})

describe('live', () => {
  test('[Q7] the socket opens at the hub with the token, when the token is there', async () => {
    const opened: [string, string | null][] = []
    const { transport } = open(json([]), {
      token: async () => 'abc',
      connect: (url, token) => {
        opened.push([url, token])
        return { send: () => undefined, close: () => undefined }
      },
    })
    transport.openLive({ opened: () => undefined, received: () => undefined, closed: () => undefined })
    await new Promise((resolve) => void setImmediate(resolve))
    expect(opened).toEqual([['wss://hub.test/sync/live', 'abc']])
  })

  test('[Q7] without a way to open sockets it is told as closed, later', async () => {
    const ends: object[] = []
    open(json([])).transport.openLive({ opened: () => undefined, received: () => undefined, closed: (end) => ends.push(end) })
    expect(ends).toEqual([])
    await Promise.resolve()
    expect(ends).toEqual([{}])
  })
})
