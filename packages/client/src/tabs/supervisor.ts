/**
 * Supervises the store worker of one page: starts it, passes on facts that only a page knows, and replaces it when it is gone or hangs.
 * Browsers end workers now and then; the page's unanswered requests are then repeated to the next one.
 *
 *   page ──► Relay ──► this worker, or the next
 */
import { unreachable } from '@tombolo/core'
import type { EnginePort, Stop } from '../engine/port.ts'
import { channelOf, portOver, type SetTimer } from './channel.ts'
import { type PageMessage, workerFailure, type WorkerMessage } from './hello.ts'
import { Pulse } from './pulse.ts'
import { Relay } from './relay.ts'
import { type RemoteEngine, remoteEngine } from './remote-engine.ts'
import type { Locks } from './tab.ts'

/** The members of a worker that are used here. */
export interface WorkerLike {
  postMessage(message: unknown, transfer: Transferable[]): void
  addEventListener(type: 'message', listener: (event: { readonly data: WorkerMessage }) => void): void
  addEventListener(type: 'error', listener: (event: { readonly message?: string }) => void): void
  terminate(): void
}

export interface SupervisorPorts {
  readonly startWorker: () => WorkerLike
  readonly locks: Locks
  readonly setTimer: SetTimer
  readonly hello: (port: MessagePort, lifeLock: string) => PageMessage
  readonly mintId: () => string
  /** Sends the page's messages to each new worker. */
  readonly tell: (send: (message: PageMessage) => void) => Stop
  readonly giveToken: (refused: string | null) => Promise<string | null>
}

/** A worker whose file could not be fetched is started again after this long: the network may be back. */
const AGAIN_MS = 10_000
/** How many workers in a row may end without answering anything before the page is told. */
const FRUITLESS_MAX = 3

interface Started {
  readonly worker: WorkerLike
  readonly engine: RemoteEngine
  readonly lifeLock: string
  readonly stopTelling: Stop
}

export class Supervisor {
  readonly port: EnginePort
  readonly #ports: SupervisorPorts
  readonly #relay: Relay
  readonly #pulse: Pulse
  #started: Started | null = null
  #isAlive = false
  #stopWatching: Stop = () => {}
  #fruitless = 0
  #onClosed: (() => void) | null = null
  #cancelStart: Stop = () => {}

  constructor(ports: SupervisorPorts) {
    this.#ports = ports
    this.#relay = new Relay(ports.mintId)
    this.#pulse = new Pulse({
      setTimer: ports.setTimer,
      ask: () => this.#started?.worker.postMessage({ type: 'ping' } satisfies PageMessage, []),
      onSilent: () => this.#gone(),
    })
    this.port = portOver(this.#relay, {
      open: () => this.#fruitful(this.#relay.open()),
      write: (batch) => this.#fruitful(this.#relay.write(batch)),
      close: () => this.#close(),
    })
    this.#start()
  }

  async #fruitful<T>(asked: Promise<T>): Promise<T> {
    const answer = await asked
    this.#fruitless = 0
    return answer
  }

  #start(): void {
    const worker = this.#ports.startWorker()
    const { port1: own, port2: port } = new MessageChannel()
    const lifeLock = `tombolo:worker:${this.#ports.mintId()}`
    const send = (message: PageMessage, transfer: Transferable[] = []): void => this.#send(worker, message, transfer)
    this.#isAlive = false
    worker.addEventListener('error', ({ message }) => this.#isAlive || this.#fail(worker, message))
    worker.addEventListener('message', ({ data }) => this.#heard(worker, data))
    send(this.#ports.hello(port, lifeLock), [port])
    const engine = remoteEngine(channelOf(own))
    this.#started = { worker, engine, lifeLock, stopTelling: this.#ports.tell(send) }
    this.#relay.connect(engine)
  }

  /** Sends a message. No lock may be waited for while the page is in the browser's cache, because that would evict the page. */
  #send(worker: WorkerLike, message: PageMessage, transfer: Transferable[]): void {
    if (message.type === 'left') {
      this.#stopWatching()
      this.#pulse.stop()
    }
    worker.postMessage(message, transfer)
    if (message.type === 'returned') this.#watch()
  }

  #heard(worker: WorkerLike, message: WorkerMessage): void {
    if (worker !== this.#started?.worker) return
    switch (message.type) {
      case 'alive':
        this.#isAlive = true
        return this.#watch()
      case 'pong':
        return this.#pulse.answered()
      case 'askToken':
        return void this.#giveToken(worker, message.id, message.refused)
      default:
        return unreachable(message)
    }
  }

  async #giveToken(worker: WorkerLike, id: number, refused: string | null): Promise<void> {
    const token = await this.#ports.giveToken(refused)
    this.#send(worker, { type: 'token', id, token }, [])
  }

  #watch(): void {
    this.#stopWatching()
    const { lifeLock } = this.#started ?? {}
    if (lifeLock === undefined || !this.#isAlive) return
    this.#stopWatching = this.#ports.locks.request(lifeLock, () => this.#gone())
    this.#pulse.start()
  }

  /** Called when the worker released its life lock, which means that it has ended; or when it hangs, and has to be ended. */
  #gone(): void {
    const worker = this.#started?.worker
    this.#end()
    if (this.#onClosed !== null) this.#onClosed()
    else if (++this.#fruitless > FRUITLESS_MAX) this.#relay.fail(workerFailure('it ended again and again.'))
    else if (worker !== undefined) this.#start()
  }

  #fail(worker: WorkerLike, message: string | undefined): void {
    if (worker !== this.#started?.worker) return
    this.#end()
    this.#relay.fail(workerFailure(message))
    // A script that fails at its start would fail again.
    if (message === undefined) this.#cancelStart = this.#ports.setTimer(() => this.#start(), AGAIN_MS)
  }

  #end(): void {
    this.#stopWatching()
    this.#pulse.stop()
    this.#started?.stopTelling()
    this.#started?.engine.disconnect()
    this.#started?.worker.terminate()
    this.#started = null
    this.#relay.disconnect()
  }

  /** Lets the worker close its store, unless it is gone already. */
  async #close(): Promise<void> {
    const { engine } = this.#started ?? {}
    const closed = new Promise<void>((resolve) => (this.#onClosed = resolve))
    if (engine !== undefined && this.#isAlive) await Promise.race([engine.close(), closed])
    this.#cancelStart()
    this.#end()
    await this.#relay.close()
  }
}
