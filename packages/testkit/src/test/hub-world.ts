/** A hub in this process and devices that talk to it over its own HTTP shell, in time that the test moves. */
import { type Hub, createHub, type HubOptions, SILENT } from '@tombolo/hub'
import { openSqlite } from '@tombolo/hub/sqlite'
import { mintRecordId, mintSpaceId, type RecordId, type SchemaDefinition, type SpaceId } from '@tombolo/core'
import { yjsEditor } from '@tombolo/core/yjs'
import { LocalStore } from '../../../client/src/engine/local-store.ts'
import { memoryStorage } from '../../../client/src/storage/node.ts'
import { HttpTransport } from '../../../client/src/sync/http-transport.ts'
import { SyncRunner } from '../../../client/src/sync/runner.ts'
import type { Exchange, Transport } from '../../../client/src/sync/transport.ts'
import { seededRandom, sha256 } from '../../../client/src/test/local-store-kit.ts'
import { VirtualTime } from '../../../client/src/test/virtual-time.ts'

export interface Device {
  readonly store: LocalStore
  readonly runner: SyncRunner
  /** What this device may say of itself; null: nobody is signed in. */
  readonly sign: { account: string | null }
  /** What stands between device and hub: replaced to lose, delay or alter exchanges. */
  readonly line: { through: (exchange: () => Promise<Exchange>, path: string) => Promise<Exchange> }
  readonly errors: unknown[]
  newId(): RecordId
  newSpace(): SpaceId
  sync(): ReturnType<SyncRunner['syncOnce']>
}

export class HubWorld {
  readonly time: VirtualTime = new VirtualTime()
  readonly schema: SchemaDefinition
  readonly #path: string
  readonly #options: Partial<HubOptions>
  #hub: Hub | null = null
  #seed = 0

  constructor(schema: SchemaDefinition, path = ':memory:', options: Partial<HubOptions> = {}) {
    this.schema = schema
    this.#path = path
    this.#options = options
  }

  get hub(): Hub {
    if (this.#hub === null) throw new Error('the hub is not open')
    return this.#hub
  }

  /** Opens the hub, also anew on the same file after it was dropped. */
  async open(epoch = 'first-epoch', path: string = this.#path): Promise<this> {
    const random = seededRandom(77 + this.#seed++)
    this.#hub = await createHub({
      schema: this.schema,
      storage: openSqlite({ path, mintEpoch: () => epoch }),
      auth: async (headers) => {
        const account = headers.get('authorization')?.replace('Bearer ', '')
        return account === undefined ? { problem: { code: 'auth.required' } } : { account }
      },
      gate: { allowedHosts: new Set(['hub.test']), allowedOrigins: new Set() },
      key: new Uint8Array(32).fill(7),
      log: SILENT,
      clock: () => this.time.nowMs,
      random,
      defer: (run) => void setImmediate(run),
      timers: { set: (run, delayMs) => this.time.setTimer(run, delayMs), clear: (cancel) => (cancel as () => void)() },
      ...this.#options,
    })
    return this
  }

  async device(): Promise<Device> {
    const seed = ++this.#seed
    const random = seededRandom(seed)
    const { time } = this
    const database = await memoryStorage().open(`device-${seed}`)
    const store = new LocalStore(database, this.schema, { nowMs: () => time.nowMs, random, hash: sha256 })
    const sign: Device['sign'] = { account: 'ann' }
    const line: Device['line'] = { through: (exchange) => exchange() }
    const errors: unknown[] = []
    const runner = new SyncRunner({
      store,
      transport: this.#transport(sign, line),
      ports: {
        nowMs: () => time.nowMs,
        setTimer: time.setTimer,
        random: () => (random(1)[0] ?? 0) / 256,
        onError: (error) => errors.push(error),
      },
      loadText: async () => yjsEditor(() => new DataView(random(4).buffer).getUint32(0)),
    })
    return {
      store,
      runner,
      sign,
      line,
      errors,
      newId: () => mintRecordId(time.nowMs, random),
      newSpace: () => mintSpaceId(time.nowMs, random),
      sync: () => time.result(runner.syncOnce()),
    }
  }

  #transport(sign: Device['sign'], line: Device['line']): Transport {
    let requests = 0
    const http = new HttpTransport({
      hub: 'http://hub.test/sync',
      fetch: async (url, init) => this.hub.fetch(requestOf(String(url), init)),
      token: () => sign.account ?? 'none',
      mintId: () => `r${++requests}`,
      monotonicMs: () => this.time.nowMs,
    })
    return {
      request: (path, body, options) => this.time.during(line.through(() => http.request(path, body, options), path)),
      openLive: (handlers) => http.openLive(handlers),
    }
  }
}

function requestOf(url: string, init: RequestInit | undefined): Request {
  const request = new Request(url, init)
  request.headers.set('host', 'hub.test')
  return request
}
