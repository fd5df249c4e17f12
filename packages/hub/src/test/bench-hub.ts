/** A hub in this process, on a database in a temporary file, with a clock and chance of the test's own. */
import {
  decodePage,
  decodePushAnswer,
  encodePullRequest,
  encodePushRequest,
  type Page,
  type Problem,
  type PullRequest,
  type PushAnswer,
  type PushRequest,
  type RandomBytes,
  type SpaceId,
} from '@tombolo/core'
import { createHub, type Hub, type HubOptions } from '../hub.ts'
import { SILENT } from '../log.ts'
import { openSqlite } from '../sqlite/index.ts'
import type { Storage } from '../storage.ts'
import { dump, temporaryDatabase } from './database.ts'
import { Device } from './device.ts'
import { notesSchema } from './schema.ts'

/** xorshift32: the same bytes for the same seed. */
export function seeded(seed: number): RandomBytes {
  let state = seed | 0 || 1
  return (count) =>
    Uint8Array.from({ length: count }, () => {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return state & 255
    })
}

export interface Bench {
  readonly hub: Hub
  readonly storage: Storage
  readonly clock: { now: number }
  /** Everything in the database. */
  dump(): string
  device(space?: SpaceId): Device
  post(
    path: string,
    body: unknown,
    init?: { readonly account?: string; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<Response>
  push(request: PushRequest, account?: string): Promise<PushAnswer | Problem>
  pull(request: PullRequest, account?: string): Promise<Page | Problem>
}

export interface BenchOptions extends Partial<HubOptions> {
  /** For tests that open many and look into none. */
  readonly inMemory?: boolean
}

export async function openBench({ inMemory = false, ...over }: BenchOptions = {}): Promise<Bench> {
  const clock = { now: 1_800_000_000_000 }
  const random = seeded(7)
  const path = inMemory ? ':memory:' : temporaryDatabase()
  const storage = over.storage ?? openSqlite({ path, mintEpoch: () => 'first-epoch', verdictsInMemory: 5 })
  const hub = await createHub({
    schema: notesSchema,
    storage,
    auth: async (headers) => ({ account: headers.get('x-account') ?? 'ann' }),
    gate: { allowedHosts: new Set(['hub.test']), allowedOrigins: new Set(['http://hub.test']) },
    key: new Uint8Array(32).fill(7),
    log: SILENT,
    clock: () => clock.now,
    random,
    defer: (run) => void setImmediate(run),
    timers: { set: (run, delayMs) => setTimeout(run, delayMs), clear: (timer) => clearTimeout(timer as NodeJS.Timeout) },
    ...over,
  })
  const post: Bench['post'] = (at, body, { account = 'ann', headers = {} } = {}) =>
    hub.fetch(
      new Request(`http://hub.test/sync/${at}`, {
        method: 'POST',
        headers: { host: 'hub.test', 'content-type': 'application/json', 'x-account': account, ...headers },
        body: typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
      }),
    )
  return {
    hub,
    storage,
    clock,
    post,
    dump: () => dump(path),
    device: (space) =>
      new Device({ schema: over.schema ?? notesSchema, random, clock: () => clock.now, ...(space === undefined ? {} : { space }) }),
    push: async (request, account) =>
      read(await post('push', encodePushRequest(request), account === undefined ? {} : { account }), decodePushAnswer),
    pull: async (request, account) =>
      read(await post('pull', encodePullRequest(request), account === undefined ? {} : { account }), decodePage),
  }
}

type Decode<T> = (value: unknown) => { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: object }

async function read<T>(response: Response, decode: Decode<T>): Promise<T | Problem> {
  const body: unknown = await response.json()
  if (response.status !== 200) return body as Problem
  const decoded = decode(body)
  if (!decoded.ok) throw new Error(`the hub's answer cannot be read: ${JSON.stringify(decoded.error)}`)
  return decoded.value
}

/** The answer, where the test knows that there is one. */
export function good<T extends object>(answer: T | Problem): T {
  if ('code' in answer && 'status' in answer) throw new Error(`the hub says ${answer.code}: ${answer.detail ?? ''}`)
  return answer
}
