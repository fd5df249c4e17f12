/** A hub whose devices and accounts have little to spend. */
import { encodeHelloRequest, encodeLiveFrame, encodePullRequest, encodePushRequest } from '@tombolo/core'
import { expect, test } from 'vitest'
import { type Bench, openBench } from '../test/bench-hub.ts'
import { type Device, setTitle } from '../test/device.ts'
import { LiveEnd } from '../test/live.ts'
import { notesSchema } from '../test/schema.ts'

const RATES = { device: { perSecond: 1000, burst: 20_000 }, account: { perSecond: 2000, burst: 50_000 } }

const open = (): Promise<Bench> =>
  openBench({
    rates: RATES,
    auth: async (headers) => ({ account: headers.get('x-account') ?? 'ann', device: headers.get('x-device') ?? 'phone' }),
  })

const { fingerprint, version } = notesSchema
const hello = (bench: Bench, device: Device, account: string, named: string): Promise<Response> =>
  bench.post('hello', encodeHelloRequest({ replica: device.replica, schema: { version, fingerprint } }), {
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
