/** A hub in this process and devices that talk to it over its own HTTP shell and live door, in time that the test moves. */
import { mintRecordId, mintSpaceId, type RecordId, type SchemaDefinition, type SpaceId, type TextEditor } from '@tombolo/core'
import { yjsEditor } from '@tombolo/core/yjs'
import { createHub, type Hub, type HubOptions, SILENT, type Storage } from '@tombolo/hub'
import { openSqlite } from '@tombolo/hub/sqlite'
import { LocalStore } from '../../../client/src/engine/local-store.ts'
import { loadSeldom } from '../../../client/src/load-seldom.ts'
import { Repair } from '../../../client/src/seldom.ts'
import { memoryStorage } from '../../../client/src/storage/node.ts'
import type { Database } from '../../../client/src/storage/port.ts'
import { HttpTransport } from '../../../client/src/sync/http-transport.ts'
import { SyncRunner } from '../../../client/src/sync/runner.ts'
import type { Exchange, RequestPath, Socket, SocketHandlers, Transport } from '../../../client/src/sync/transport.ts'
import { seededRandom, sha256 } from '../../../client/src/test/local-store-kit.ts'
import { VirtualTime } from '../../../client/src/test/virtual-time.ts'

export interface Device {
  readonly store: LocalStore
  readonly runner: SyncRunner
  /** Who this device says it is; null: nobody is signed in. */
  readonly sign: { account: string | null }
  /** What stands between device and hub: replaced to lose, delay or alter exchanges. */
  readonly line: Line
  readonly errors: unknown[]
  newId(): RecordId
  newSpace(): SpaceId
  sync(): ReturnType<SyncRunner['syncOnce']>
}

export interface Line {
  through: (exchange: () => Promise<Exchange>, path: RequestPath) => Promise<Exchange>
  isSocketAllowed: boolean
  /** Texts that went over sockets, either way. */
  frames: number
  /** Breaks every open socket. */
  cut: () => void
}

export class HubWorld {
  readonly time: VirtualTime = new VirtualTime()
  /** Of hubs and devices that are opened from here on. */
  schema: SchemaDefinition
  readonly #options: Partial<HubOptions>
  #hub: Hub | null = null
  #seed = 0

  constructor(schema: SchemaDefinition, options: Partial<HubOptions> = {}) {
    this.schema = schema
    this.#options = options
  }

  get hub(): Hub {
    if (this.#hub === null) throw new Error('the hub is not open')
    return this.#hub
  }

  /** Opens the hub; on the file of one that was dropped, it goes on as after a crash. */
  async open(path = ':memory:', epoch = 'first-epoch', key = 7): Promise<this> {
    return await this.openOn(openSqlite({ path, mintEpoch: () => epoch }), key)
  }

  async openOn(storage: Storage, key = 7): Promise<this> {
    const random = seededRandom(77 + this.#seed++)
    this.#hub = await createHub({
      schema: this.schema,
      storage,
      auth: async (headers) => {
        const account = headers.get('authorization')?.replace('Bearer ', '')
        return account === undefined || account === 'nobody' ? { problem: { code: 'auth.required' } } : { account }
      },
      gate: { allowedHosts: new Set(['hub.test']), allowedOrigins: new Set() },
      key: new Uint8Array(32).fill(key),
      log: SILENT,
      clock: () => this.time.nowMs,
      random,
      defer: (run) => void setImmediate(run),
      timers: {
        set: (run, delayMs) => this.time.setTimer(run, delayMs),
        clear: (cancel) => void (typeof cancel === 'function' && cancel()),
      },
      ...this.#options,
    })
    return this
  }

  async device(database?: Database): Promise<Device> {
    const random = seededRandom(++this.#seed)
    const { time } = this
    const held = database ?? (await memoryStorage().open('device'))
    const loadText = async (): Promise<TextEditor> => yjsEditor(() => new DataView(random(4).buffer).getUint32(0))
    const store = await LocalStore.open(held, this.schema, {
      nowMs: () => time.nowMs,
      random,
      hash: sha256,
      loadText,
      loadUpgrade: loadSeldom,
    })
    store.useRepair(Repair)
    const sign: Device['sign'] = { account: 'ann' }
    const line = newLine()
    const errors: unknown[] = []
    const runner = new SyncRunner({
      store,
      transport: this.transport(sign, line),
      ports: {
        nowMs: () => time.nowMs,
        setTimer: time.setTimer,
        random: () => (random(1)[0] ?? 0) / 256,
        onError: (error) => errors.push(error),
      },
      loadText,
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

  transport(sign: Device['sign'], line: Line = newLine()): Transport {
    let requests = 0
    const http = new HttpTransport({
      hub: 'http://hub.test/sync',
      fetch: async (url, init) => this.hub.fetch(requestOf(url, init)),
      token: () => sign.account ?? 'nobody',
      connect: (_url, token, handlers) => this.#connect(token, line, handlers),
      mintId: () => `r${++requests}`,
      monotonicMs: () => this.time.nowMs,
    })
    return {
      request: (path, body, options) => {
        const exchange = line.through(() => http.request(path, body, options), path)
        // The hub holds a long poll for as long as time stands still.
        return path === 'poll' ? exchange : this.time.during(exchange)
      },
      openLive: (handlers) => http.openLive(handlers),
    }
  }

  #connect(token: string | null, line: Line, handlers: SocketHandlers): Socket {
    const socket = new HubSocket(line, handlers, this.time)
    void this.time.during(socket.open(this.hub, token))
    return socket
  }
}

const newLine = (): Line => ({ through: (exchange) => exchange(), isSocketAllowed: true, frames: 0, cut: () => undefined })

/** A socket to the hub's live door; each text arrives in a later turn, as over a network. */
class HubSocket implements Socket {
  readonly #line: Line
  readonly #handlers: SocketHandlers
  readonly #time: VirtualTime
  /** Each request, until its answer is delivered or the socket ends. */
  readonly #waiting: (() => void)[] = []
  #hubSide: ReturnType<Hub['live']['open']> | null = null
  #isClosed = false

  constructor(line: Line, handlers: SocketHandlers, time: VirtualTime) {
    this.#line = line
    this.#handlers = handlers
    this.#time = time
  }

  async open(hub: Hub, token: string | null): Promise<void> {
    const headers = new Headers({ host: 'hub.test', ...(token === null ? {} : { authorization: `Bearer ${token}` }) })
    const identity = await hub.live.admit(headers)
    if (!this.#line.isSocketAllowed || 'problem' in identity) return this.#end()
    this.#hubSide = hub.live.open(identity, { send: (text) => this.#deliver(text), buffered: () => 0, close: () => this.#end() })
    this.#line.cut = () => this.#end()
    this.#handlers.opened()
  }

  send(text: string): void {
    this.#line.frames += 1
    void this.#time.during(new Promise<void>((resolve) => this.#waiting.push(resolve)))
    setImmediate(() => this.#isClosed || this.#hubSide?.receive(Buffer.from(text)))
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#hubSide?.closed()
    for (const done of this.#waiting.splice(0)) done()
  }

  #deliver(text: string): void {
    this.#line.frames += 1
    setImmediate(() => {
      // First, so that time does not stand still for ever where the device throws.
      if (text.startsWith('[1,')) this.#waiting.shift()?.()
      if (!this.#isClosed) this.#handlers.received(text)
    })
  }

  #end(): void {
    if (this.#isClosed) return
    this.close()
    setImmediate(() => this.#handlers.closed({}))
  }
}

function requestOf(url: string, init: RequestInit): Request {
  const request = new Request(url, init)
  request.headers.set('host', 'hub.test')
  return request
}
