/** Clients that are slow, many or silent, against a real server. Its times are short here; each test waits for what happens, not for a time. */
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type Bench, openBench } from '../test/bench-hub.ts'
import type { ClientLimits } from './client-limits.ts'
import { serve, type Serving } from './serve.ts'

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function served(
  limits: Partial<ClientLimits>,
  elsewhere?: (request: Request) => Promise<Response>,
): Promise<{ serving: Serving; bench: Bench; head: string }> {
  const gate = { allowedHosts: new Set<string>(), allowedOrigins: new Set<string>() }
  const bench = await openBench({ gate, auth: async () => ({ account: 'ann' }) })
  const serving = await serve({ hub: bench.hub, host: '127.0.0.1', port: 0, limits, ...(elsewhere && { elsewhere }) })
  gate.allowedHosts.add(`127.0.0.1:${serving.port}`)
  ends.push(serving.close)
  return { serving, bench, head: `POST /sync/push HTTP/1.1\r\nHost: 127.0.0.1:${serving.port}\r\nContent-Type: application/json\r\n` }
}

interface Talk {
  readonly socket: Socket
  /** Everything that the server said, once it has closed the connection. */
  readonly heard: Promise<string>
}

async function talk(port: number, text: string): Promise<Talk> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  ends.push(async () => void socket.destroy())
  let said = ''
  socket.on('data', (data) => (said += data.toString()))
  const heard = new Promise<string>((resolve) => {
    socket.on('end', () => resolve(said))
    socket.on('error', () => resolve(said))
    socket.on('close', () => resolve(said))
  })
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
  socket.write(text)
  return { socket, heard }
}

const codeIn = (answer: string): unknown => (JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as { code?: unknown }).code

describe('[S7] a client that', () => {
  it('sends a head without end is told so, and closed', async () => {
    const { serving } = await served({ headMs: 50 })
    expect(codeIn(await (await talk(serving.port, 'POST /sync/push HTTP/1.1\r\nHost: x\r\nX-A: ')).heard)).toBe('message.incomplete')
  })

  it('connects and says nothing is closed', async () => {
    const { serving } = await served({ headMs: 50 })
    expect(codeIn(await (await talk(serving.port, '')).heard)).toBe('message.incomplete')
  })

  it.each([
    ['with a length', 'Content-Length: 5000\r\n\r\n[1,'],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n'],
  ])('lets a body %s trickle is told so, and closed, and nothing has happened', async (_name, rest) => {
    const { serving, bench, head } = await served({ headMs: 50 })
    const before = bench.dump()
    const { heard } = await talk(serving.port, head + rest)
    expect(codeIn(await heard)).toBe('message.incomplete')
    expect(bench.dump()).toBe(before)
  })

  it('sends its body at the least rate until the time of a request is over is closed as well', async () => {
    const { serving, head } = await served({ headMs: 50, requestMs: 200, bytesPerSecond: 0 })
    expect(codeIn(await (await talk(serving.port, `${head}Content-Length: 5000\r\n\r\n[1,`)).heard)).toBe('message.incomplete')
  })

  it('does not close its side after a refusal holds no connection', async () => {
    const { serving } = await served({ connections: 1 })
    const refused = await talk(serving.port, 'GET /elsewhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    expect(codeIn(await refused.heard)).toBe('path.unknown')
    expect((await fetch(`http://127.0.0.1:${serving.port}/healthz`)).status).toBe(200)
    expect(refused.socket.writable).toBe(true)
  })

  it('does not take its answer is closed', async () => {
    let told = (): void => undefined
    const closed = new Promise<void>((resolve) => (told = resolve))
    const chunk = new Uint8Array(65_536)
    const endless = new ReadableStream<Uint8Array>({ pull: (stream) => stream.enqueue(chunk), cancel: () => told() })
    const { serving } = await served({ requestMs: 100, bytesPerSecond: 1e12 }, async () => new Response(endless))
    const { socket } = await talk(serving.port, 'GET /endless HTTP/1.1\r\nHost: x\r\n\r\n')
    socket.pause()
    await closed
  })
})

describe('[S7] when all connections are taken', () => {
  it('by clients that say nothing, a device gets its answer all the same', async () => {
    const { serving } = await served({ connections: 20 })
    const silent = await Promise.all(Array.from({ length: 20 }, () => talk(serving.port, 'POST /sync/push HTTP/1.1\r\n')))
    expect((await fetch(`http://127.0.0.1:${serving.port}/healthz`)).status).toBe(200)
    expect(await silent[0]?.heard).toBe('')
  })
})
