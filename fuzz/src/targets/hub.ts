/**
 * A whole hub, asked over HTTP and over its live door. Whatever it is sent: it answers with a message or a problem of its own, never with
 * a fault, and it still serves everyone else.
 */
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { encodePullRequest, encodePushRequest, isProblemCode, type RandomBytes } from '@tombolo/core'
import { createHub, type Hub, SILENT } from '@tombolo/hub'
import { openSqlite } from '@tombolo/hub/sqlite'
import { sample } from '../../../packages/core/src/test/sample-schema.ts'
import { Device, setTitle } from '../../../packages/hub/src/test/device.ts'
import { bytesOf, bytesOfJson, must, type Target } from '../target.ts'

const NOW_MS = 1_790_000_000_000
const HEADERS = { host: 'hub.test', authorization: 'Bearer ann', 'content-type': 'application/json' }

/** The same bytes in every run. */
function randomOf(seed: string): RandomBytes {
  let calls = 0
  return (count) =>
    Uint8Array.from(
      createHash('sha512')
        .update(`${seed} ${(calls += 1)}`)
        .digest()
        .subarray(0, count),
    )
}

const newDevice = (seed: string): Device => new Device({ schema: sample, random: randomOf(seed), clock: () => NOW_MS })

async function withHub<T>(run: (hub: Hub, faults: readonly unknown[]) => Promise<T>): Promise<T> {
  const storage = openSqlite({ path: ':memory:', mintEpoch: () => 'EpochOfTheFuzzer' })
  const faults: unknown[] = []
  const hub = await createHub({
    schema: sample,
    storage,
    auth: async () => ({ account: 'ann' }),
    gate: { allowedHosts: new Set(['hub.test']), allowedOrigins: new Set() },
    key: new Uint8Array(32).fill(7),
    log: { ...SILENT, error: (about) => faults.push(about) },
    clock: () => NOW_MS,
    random: randomOf('hub'),
    defer: queueMicrotask,
    timers: { set: () => undefined, clear: () => undefined },
  })
  try {
    return await run(hub, faults)
  } finally {
    await hub.close()
    await storage.close()
  }
}

async function post(hub: Hub, path: string, body: Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const request = new Request(`http://hub.test/sync/${path}`, {
    method: 'POST',
    body: Uint8Array.from(body),
    headers: { ...HEADERS, ...headers },
  })
  return hub.fetch(request)
}

async function mustBeSound(response: Response): Promise<void> {
  const body = (await response.json()) as { readonly code?: string }
  must(response.status < 500, `the hub answers ${response.status} ${body.code ?? ''}`)
  if (response.status !== 200) must(isProblemCode(body.code ?? ''), `the hub answers ${response.status} without a code of its own`)
}

/** Somebody else goes on as if nothing had been. */
async function mustServe(hub: Hub): Promise<void> {
  const other = newDevice('other')
  other.note([setTitle('still here')])
  const pushed = await post(hub, 'push', bytesOfJson(encodePushRequest(other.push())))
  must(pushed.status === 200, 'another push is not served any more')
  const pulled = await post(hub, 'pull', bytesOfJson(encodePullRequest(other.pull())))
  must(pulled.status === 200 && (await pulled.text()).includes('still here'), 'another pull is not served any more')
}

const seedsOfPush = (): readonly Uint8Array[] => {
  const device = newDevice('seed')
  const { record } = { record: device.record() }
  device.note([setTitle('Otter tracks'), { kind: 'increment', field: 'visits', by: 1 }], record)
  device.note(
    [
      { kind: 'addTo', field: 'tags', element: 'wet', over: [] },
      { kind: 'set', field: 'place', value: { lat: 1, lon: 2 }, over: [] },
    ],
    record,
  )
  device.note([{ kind: 'set', field: 'quality', value: 'good', over: [] }], device.record())
  return [bytesOfJson(encodePushRequest(device.push())), bytesOfJson(encodePushRequest(device.push(0, 1)))]
}

const push: Target = {
  name: 'hub-push',
  seeds: seedsOfPush,
  run: (input) =>
    withHub(async (hub, faults) => {
      await mustBeSound(await post(hub, 'push', input))
      must(faults.length === 0, `the hub reports a fault: ${String((faults[0] as { error?: unknown } | undefined)?.error)}`)
      await mustServe(hub)
    }),
}

const body: Target = {
  name: 'hub-body',
  seeds: () => [...seedsOfPush().map((seed) => Uint8Array.from(gzipSync(seed))), Uint8Array.from(gzipSync(bytesOf('[]')))],
  run: (input) => withHub(async (hub) => mustBeSound(await post(hub, 'push', input, { 'content-encoding': 'gzip' }))),
}

const live: Target = {
  name: 'hub-live',
  seeds: () => [
    ...seedsOfPush().map((seed) => bytesOf(`[0,"r1","push",${new TextDecoder().decode(seed)}]`)),
    bytesOf('[0,"r1","hello",[1,"AAAAAAAAAAAAAAAAAAAAAA",[3,"AAAAAAAAAAAAAAAAAAAAAA"]]]'),
  ],
  run: (input) =>
    withHub(async (hub, faults) => {
      const closes: number[] = []
      const socket = { send: () => undefined, buffered: () => 0, close: (code: number) => void closes.push(code) }
      const identity = await hub.live.admit(new Headers(HEADERS))
      must(!('problem' in identity), 'nobody may open a socket')
      const line = hub.live.open(identity, socket)
      line.receive(input)
      line.closed()
      must(
        closes.every((code) => code >= 1000 && code < 5000),
        `a socket was closed with ${String(closes)}`,
      )
      must(faults.length === 0, `the hub reports a fault: ${String((faults[0] as { error?: unknown } | undefined)?.error)}`)
      await mustServe(hub)
    }),
}

export const hub: readonly Target[] = [push, body, live]
