/** A hub whose devices and accounts have little to spend. */
import { gzipSync } from 'node:zlib'
import { encodeDigestRequest, encodeHelloRequest, encodeLiveFrame, encodePullRequest, encodePushRequest } from '@tombolo/core'
import { expect, test } from 'vitest'
import { type Bench, openBench } from '../test/bench-hub.ts'
import { type Device, setTitle } from '../test/device.ts'
import { LiveEnd } from '../test/live.ts'
import { notesSchema } from '../test/schema.ts'
import type { Rates } from './rates.ts'

const RATES = { device: { perSecond: 1000, burst: 20_000 }, account: { perSecond: 2000, burst: 50_000 } }

const open = (rates: Partial<Rates> = {}): Promise<Bench> =>
  openBench({
    rates: { ...RATES, ...rates },
    auth: async (headers) => ({ account: headers.get('x-account') ?? 'ann', device: headers.get('x-device') ?? 'phone' }),
  })

const SCHEMA = { version: notesSchema.version, fingerprint: notesSchema.fingerprint }
const hello = (bench: Bench, device: Device, account: string, named: string): Promise<Response> =>
  bench.post('hello', encodeHelloRequest({ replica: device.replica, schema: SCHEMA }), {
    account,
    headers: { 'x-device': named },
  })

/** Asks until it is refused. */
async function untilRefused(bench: Bench, device: Device, account: string, named: string): Promise<Response> {
  for (let tries = 0; tries < 100; tries++) {
    const response = await hello(bench, device, account, named)
    if (response.status !== 200) return response
  }
  throw new Error('it was never refused')
}

test('[S7] a device that asks for more than its share is told when to come again, and nothing of the request has happened', async () => {
  const bench = await open()
  const device = bench.device()
  const refusal = await untilRefused(bench, device, 'ann', 'phone')
  expect(refusal.status).toBe(429)
  const problem = (await refusal.json()) as { readonly code: string; readonly retryAfterMs: number }
  expect(problem.code).toBe('hub.limited')
  expect(Number(refusal.headers.get('retry-after'))).toBe(Math.ceil(problem.retryAfterMs / 1000))

  device.note([setTitle('one')])
  const push = (): Promise<Response> =>
    bench.post('push', encodePushRequest(device.push()), { account: 'ann', headers: { 'x-device': 'phone' } })
  const before = bench.dump()
  expect((await push()).status).toBe(429)
  expect(bench.dump()).toBe(before)
  bench.clock.now += problem.retryAfterMs
  expect((await push()).status).toBe(200)
})

test('[S7] other devices of the account go on until the account has had its share, and other accounts always', async () => {
  const bench = await open()
  const device = bench.device()
  await untilRefused(bench, device, 'ann', 'phone')
  expect((await hello(bench, device, 'ann', 'tablet')).status).toBe(200)
  const details: string[] = []
  for (const named of ['tablet', 'laptop', 'watch']) {
    const { detail } = (await (await untilRefused(bench, device, 'ann', named)).json()) as { readonly detail: string }
    details.push(detail)
  }
  expect(details.at(-1)).toContain('account')
  expect((await hello(bench, bench.device(), 'bob', 'phone')).status).toBe(200)
})

test('[S7] what is sent, and what is answered, counts by its bytes; nobody is cut off in the middle of an answer', async () => {
  const bench = await open()
  const device = bench.device()
  device.note([setTitle('x'.repeat(60_000))])
  expect((await bench.post('push', encodePushRequest(device.push()))).status).toBe(200)
  expect((await bench.post('hello', '[]')).status).toBe(429)
  bench.clock.now += 60_000
  expect((await bench.post('pull', encodePullRequest(device.pull()))).status).toBe(200)
  expect((await bench.post('hello', '[]')).status).toBe(429)
})

test('[S7] requests that come at once get no more than their share', async () => {
  const bench = await open()
  const device = bench.device()
  device.note([setTitle('x'.repeat(15_000))])
  const body = JSON.stringify(encodePushRequest(device.push()))
  const headers = { 'content-length': String(body.length) }
  const answers = await Promise.all(Array.from({ length: 10 }, () => bench.post('push', body, { headers })))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, ...Array.from({ length: 8 }, () => 429)])
})

test('[S7] a body that is none costs what was read and unpacked for it', async () => {
  const bench = await open()
  const bomb = gzipSync('['.repeat(60_000))
  const headers = { 'content-encoding': 'gzip', 'content-length': String(bomb.length) }
  expect((await bench.post('push', bomb, { headers })).status).toBe(400)
  expect((await bench.post('hello', '[]', { headers: { 'content-length': '2' } })).status).toBe(429)
})

test('[S7] a body that ends too early costs what came of it', async () => {
  const bench = await open()
  const headers = { host: 'hub.test', 'content-type': 'application/json' }
  const cut = (): Promise<Response> =>
    bench.hub.fetch(
      new Request('http://hub.test/sync/push', {
        method: 'POST',
        headers,
        body: bodyThatEnds('['.repeat(1000)),
        duplex: 'half',
      } as RequestInit),
    )
  for (let tries = 0; tries < 3; tries++) expect((await cut()).status).toBe(408)
  expect((await untilRefused(bench, bench.device(), 'ann', 'phone')).status).toBe(429)
})

test('[S7] a body that is still under way keeps nobody waiting', async () => {
  const bench = await open()
  const headers = { host: 'hub.test', 'content-type': 'application/json', 'content-length': '30000000' }
  const never = new ReadableStream({ pull: () => new Promise(() => undefined) })
  void bench.hub.fetch(new Request('http://hub.test/sync/push', { method: 'POST', headers, body: never, duplex: 'half' } as RequestInit))
  expect((await hello(bench, bench.device(), 'ann', 'phone')).status).toBe(200)
})

test('[S7] comparing a space costs by its records', async () => {
  const bench = await open()
  const device = bench.device()
  for (let index = 0; index < 700; index++) device.note([setTitle(`${index}`)])
  expect((await bench.post('push', encodePushRequest(device.push()), { headers: { 'x-device': 'other' } })).status).toBe(200)
  bench.clock.now += 1_000_000
  const range = { from: null, to: null }
  const request = encodeDigestRequest({ epoch: null, replica: device.replica, space: device.space, schema: SCHEMA, version: 700, range })
  const digest = (): Promise<Response> => bench.post('digest', request, { headers: { 'content-length': '300' } })
  expect((await digest()).status).toBe(200)
  expect((await digest()).status).toBe(429)
})

test('[S7] a clock that is set back makes nobody wait', async () => {
  const bench = await open()
  const device = bench.device()
  expect((await hello(bench, device, 'ann', 'phone')).status).toBe(200)
  bench.clock.now -= 3_600_000
  expect((await hello(bench, device, 'ann', 'phone')).status).toBe(200)
  const refusal = (await (await untilRefused(bench, device, 'ann', 'phone')).json()) as { readonly retryAfterMs: number }
  bench.clock.now += refusal.retryAfterMs
  expect((await hello(bench, device, 'ann', 'phone')).status).toBe(200)
})

test('[S7] a live socket counts with the other requests of its device', async () => {
  const bench = await open()
  const device = bench.device()
  const live = new LiveEnd(bench.hub.live)
  device.note([setTitle('x'.repeat(60_000))])
  await live.push(device.push())
  live.say(encodeLiveFrame({ type: 'request', id: 'two', path: 'pull', body: encodePullRequest(device.pull()) }))
  expect(live.frames.at(-1)).toMatchObject({ type: 'answer', status: 429, body: { code: 'hub.limited' } })
  expect(live.closedWith).toBeNull()
})

/** A body whose connection breaks off behind its first bytes. */
const bodyThatEnds = (text: string): ReadableStream =>
  new ReadableStream({
    start: (controller) => controller.enqueue(Buffer.from(text)),
    pull: (controller) => controller.error(new Error('cut')),
  })

/** Pushes what a device has written from there on, and says how long it is. */
async function written(bench: Bench, device: Device, from: number): Promise<number> {
  const body = JSON.stringify(encodePushRequest(device.push(from)))
  const { status } = await bench.post('push', body, { headers: { 'content-length': String(body.length) } })
  return status
}

test('[S7] a socket whose device has to wait is not read at length, and gets hints in place of what others write', async () => {
  const bench = await open({ account: { perSecond: 1_000_000, burst: 64_000_000 } })
  const [writer, reader] = [bench.device(), bench.device()]
  writer.note([setTitle('one')])
  expect(await written(bench, writer, 0)).toBe(200)
  const live = new LiveEnd(bench.hub.live)
  await live.pull({ ...reader.pull(), space: writer.space })
  writer.note([setTitle('two')])
  expect(await written(bench, writer, 1)).toBe(200)
  expect(live.heard().at(-1)).toBe('delta')

  live.say(encodeLiveFrame({ type: 'request', id: 'long', path: 'push', body: ['x'.repeat(30_000)] }))
  writer.note([setTitle('three')])
  expect(await written(bench, writer, 2)).toBe(200)
  expect(live.heard().at(-1)).toBe('head 3')
  live.say(encodeLiveFrame({ type: 'request', id: 'longer', path: 'push', body: ['x'.repeat(70_000)] }))
  expect(live.closedWith).toBe(1013)
})

test('[S7] a socket that goes on asking while its device has to wait is closed; one that waits is not', async () => {
  const bench = await open()
  const device = bench.device()
  const live = new LiveEnd(bench.hub.live)
  const ask = (): void => live.say(encodeLiveFrame({ type: 'request', id: 'again', path: 'pull', body: encodePullRequest(device.pull()) }))
  live.say(encodeLiveFrame({ type: 'request', id: 'long', path: 'push', body: ['x'.repeat(30_000)] }))
  for (let tries = 0; tries < 32; tries++) ask()
  expect(live.closedWith).toBeNull()
  ask()
  expect(live.closedWith).toBe(1013)
})
