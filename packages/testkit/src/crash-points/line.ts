/** The way from one device process to the hub, on which the plan loses messages. It ends with the process, and breaks where the hub dies. */
import type { Wire } from '@tombolo/core'
import type { Exchange, RequestOptions, RequestPath, Socket, SocketHandlers, Transport } from '../../../client/src/sync/transport.ts'
import type { NetworkFaults } from './network-faults.ts'

export interface LineEnds {
  readonly faults: NetworkFaults
  /** Whether there is a connection at all, and whether it carries sockets. */
  readonly isUp: () => boolean
  readonly hasSockets: () => boolean
  /** Resolves where the hub that runs now dies. A hub that is dead is started first. */
  readonly hub: () => Promise<{ readonly died: Promise<void> }>
  readonly sleep: (ms: number) => Promise<void>
}

const LOST: Exchange = { type: 'network' }

export class LineToHub implements Transport {
  readonly #inner: Transport
  readonly #ends: LineEnds
  readonly #sockets = new Set<LineSocket>()

  constructor(inner: Transport, ends: LineEnds) {
    this.#inner = inner
    this.#ends = ends
  }

  async request(path: RequestPath, body: Wire, options: RequestOptions): Promise<Exchange> {
    if (!this.#ends.isUp()) return LOST
    const fault = this.#ends.faults.befalls(path)
    if (fault === 'request lost' || fault === 'dead from here on') return LOST
    if (fault === 'timed out') return await this.#silence(options)
    const { died } = await this.#ends.hub()
    const answer = await Promise.race([this.#inner.request(path, body, options), died.then(() => LOST)])
    return fault === 'answer lost' ? LOST : answer
  }

  openLive(handlers: SocketHandlers): Socket {
    const socket = new LineSocket(handlers, this.#ends.faults)
    this.#sockets.add(socket)
    const isUp = this.#ends.isUp() && this.#ends.hasSockets()
    const fault = isUp ? this.#ends.faults.befalls('connect') : 'request lost'
    if (fault === null) void this.#connect(socket)
    else queueMicrotask(() => socket.break())
    return socket
  }

  /** Breaks every open socket. */
  cut(): void {
    for (const socket of this.#sockets) socket.break()
    this.#sockets.clear()
  }

  async #connect(socket: LineSocket): Promise<void> {
    const { died } = await this.#ends.hub()
    socket.connect((handlers) => this.#inner.openLive(handlers))
    await died
    socket.break()
  }

  async #silence({ timeoutMs, signal }: RequestOptions): Promise<Exchange> {
    const aborted = new Promise<Exchange>((resolve) => signal.addEventListener('abort', () => resolve({ type: 'aborted' }), { once: true }))
    return await Promise.race([this.#ends.sleep(timeoutMs).then((): Exchange => ({ type: 'timeout' })), aborted])
  }
}

class LineSocket implements Socket {
  readonly #handlers: SocketHandlers
  readonly #faults: NetworkFaults
  #inner: Socket | null = null
  #isClosed = false
  #isSilent = false

  constructor(handlers: SocketHandlers, faults: NetworkFaults) {
    this.#handlers = handlers
    this.#faults = faults
  }

  connect(open: (handlers: SocketHandlers) => Socket): void {
    if (this.#isClosed) return
    this.#inner = open({
      opened: () => this.#isClosed || this.#handlers.opened(),
      received: (text) => this.#carry(`down ${text}`, () => this.#isClosed || this.#handlers.received(text)),
      closed: () => this.break(),
    })
  }

  send(text: string): void {
    this.#carry(`up ${text}`, () => this.#inner?.send(text))
  }

  close(): void {
    this.#isClosed = true
    this.#inner?.close()
  }

  break(): void {
    if (this.#isClosed) return
    this.close()
    this.#handlers.closed({})
  }

  #carry(frame: string, deliver: () => void): void {
    if (this.#isClosed || this.#isSilent) return
    const fault = this.#faults.befalls(frame)
    if (fault === 'timed out') this.#isSilent = true
    if (fault === null || fault === 'answer lost') deliver()
    if (fault !== null && fault !== 'timed out') this.break()
  }
}
