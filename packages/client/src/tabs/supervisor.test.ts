import { afterEach, expect, test } from 'vitest'
import type { EnginePort, OpenAnswer, Stop } from '../engine/port.ts'
import { channelOf, portOver, PROTOCOL } from './channel.ts'
import type { PageMessage, WorkerMessage } from './hello.ts'
import { Relay } from './relay.ts'
import { serveEngine } from './serve-engine.ts'
import { Supervisor, type WorkerLike } from './supervisor.ts'

const OPENED: OpenAnswer = { schema: { version: 1, fingerprint: 'f' }, durability: 'disk' }
const ports: MessagePort[] = []
afterEach(() => ports.splice(0).forEach((port) => port.close()))

type OnMessage = (event: { readonly data: WorkerMessage }) => void
type OnError = (event: { readonly message?: string }) => void

/** A worker that a test plays. */
class FakeWorker implements WorkerLike {
  readonly told: PageMessage[] = []
  isTerminated = false
  #onMessage: OnMessage = () => {}
  #onError: OnError = () => {}

  postMessage(message: unknown): void {
    this.told.push(message as PageMessage)
  }

  addEventListener(type: 'message' | 'error', listener: (event: never) => void): void {
    if (type === 'message') this.#onMessage = listener as OnMessage
    else this.#onError = listener as OnError
  }

  terminate(): void {
    this.isTerminated = true
  }

  say(message: WorkerMessage): void {
    this.#onMessage({ data: message })
  }

  /** Without a message its file could not be fetched. */
  fail(message?: string): void {
    this.#onError(message === undefined ? {} : { message })
  }

  /** Answers `open` from here on. */
  serve(own: Partial<EnginePort> = {}): void {
    const [hello] = this.told
    if (hello?.type !== 'hello') throw new Error('the page did not introduce itself')
    ports.push(hello.port)
    const silent = new Relay(() => 'id')
    serveEngine(portOver(silent, { open: () => Promise.resolve(OPENED), close: () => Promise.resolve(), ...own }), channelOf(hello.port))
    this.say({ type: 'alive' })
  }
}

interface Scene {
  readonly port: EnginePort
  readonly workers: FakeWorker[]
  readonly latest: () => FakeWorker
  /** The worker's lock is let go: it has died. */
  readonly die: () => void
  readonly isWatched: () => boolean
  readonly tell: (message: PageMessage) => void
  /** Lets time pass; the latest worker answers pings if it is told to. */
  readonly pass: (ms: number, answers: boolean) => void
}

function scene(giveToken = (refused: string | null): Promise<string | null> => Promise.resolve(`after ${refused}`)): Scene {
  const workers: FakeWorker[] = []
  let granted: (() => void) | null = null
  let tell: Scene['tell'] = () => {}
  let nowMs = 0
  let timers: { readonly at: number; readonly run: () => void }[] = []
  const supervisor = new Supervisor({
    startWorker: () => {
      const worker = new FakeWorker()
      workers.push(worker)
      return worker
    },
    locks: {
      request: (_, run): Stop => {
        granted = run
        return () => (granted = null)
      },
    },
    hello: (port, lifeLock) => ({
      type: 'hello',
      protocol: PROTOCOL,
      lifeLock,
      name: 'store',
      hub: null,
      schema: OPENED.schema,
      givesToken: true,
      port,
    }),
    setTimer: (run, delayMs) => {
      const timer = { at: nowMs + delayMs, run }
      timers.push(timer)
      return () => (timers = timers.filter((other) => other !== timer))
    },
    mintId: () => String(workers.length),
    tell: (send) => {
      tell = send
      send({ type: 'looked', isVisible: true })
      return () => {}
    },
    giveToken,
  })
  const latest = (): FakeWorker => workers.at(-1) ?? new FakeWorker()
  return {
    port: supervisor.port,
    workers,
    latest,
    die: () => granted?.(),
    isWatched: () => granted !== null,
    tell: (message) => tell(message),
    pass: (ms, answers) => {
      for (const end = nowMs + ms; nowMs < end; nowMs += 1000) {
        for (const timer of timers.filter(({ at }) => at <= nowMs)) {
          timers = timers.filter((other) => other !== timer)
          timer.run()
          if (answers && latest().told.at(-1)?.type === 'ping') latest().say({ type: 'pong' })
        }
      }
    },
  }
}

test('a worker that cannot start is an error of opening, and is not started again', async () => {
  const { port, workers, latest } = scene()
  const opening = port.open()
  latest().fail('no such file')
  await expect(opening).rejects.toMatchObject({
    name: 'WorkerFailed',
    code: 'store.worker',
    message: expect.stringContaining('no such file') as string,
  })
  expect(workers).toHaveLength(1)
  expect(latest().isTerminated).toBe(true)
})

test('[P1] a worker whose file cannot be fetched is an error, and is started again until the network is back or the page has closed the store', async () => {
  const { port, workers, latest, pass } = scene()
  const opening = port.open()
  latest().fail()
  await expect(opening).rejects.toMatchObject({ code: 'store.worker', message: expect.stringContaining('could not be loaded') as string })
  pass(12_000, false)
  expect(workers).toHaveLength(2)
  latest().fail()
  pass(12_000, false)
  latest().serve()
  expect(await port.open()).toEqual(OPENED)
  expect(workers).toHaveLength(3)

  const closed = scene()
  closed.latest().fail()
  await closed.port.close()
  closed.pass(60_000, false)
  expect(closed.workers).toHaveLength(1)
})

test('a worker that dies is replaced; the next hears what the page tells, and what nobody answered', async () => {
  const { port, workers, latest, die } = scene()
  latest().serve({ open: () => new Promise(() => {}) })
  const opening = port.open()
  die()
  expect(workers).toHaveLength(2)
  latest().serve()
  expect(await opening).toEqual(OPENED)
  expect(latest().told.map(({ type }) => type)).toEqual(['hello', 'looked'])
})

test('workers that die again and again without an answer are an error', async () => {
  const { port, workers, latest, die } = scene()
  const opening = port.open()
  for (let death = 1; death <= 4; death++) {
    latest().say({ type: 'alive' })
    die()
  }
  await expect(opening).rejects.toMatchObject({ code: 'store.worker' })
  expect(workers).toHaveLength(4)
})

test('a page in the cache of the browser waits for no lock', async () => {
  const { latest, port, isWatched, tell } = scene()
  latest().serve()
  expect(isWatched()).toBe(true)
  tell({ type: 'left' })
  expect(isWatched()).toBe(false)
  tell({ type: 'returned' })
  expect(isWatched()).toBe(true)
  await port.close()
})

test('a worker that asks gets the token of the page', async () => {
  const { latest, port } = scene()
  latest().serve()
  latest().say({ type: 'askToken', id: 7, refused: 'old' })
  await expect.poll(() => latest().told.at(-1)).toEqual({ type: 'token', id: 7, token: 'after old' })
  await port.close()
})

test('closing waits for the worker, and for none that is dead', async () => {
  const first = scene()
  first.latest().serve()
  await first.port.open()
  await first.port.close()
  expect(first.latest().isTerminated).toBe(true)
  await expect(first.port.open()).rejects.toMatchObject({ code: 'store.closed' })

  const second = scene()
  second.latest().serve({ close: () => new Promise(() => {}) })
  const closing = second.port.close()
  second.die()
  await closing
  expect(second.workers).toHaveLength(1)
})

test('a worker that hangs is ended and replaced, and what was asked of it is asked of the next', async () => {
  const { port, workers, latest, pass } = scene()
  const opening = port.open()
  latest().say({ type: 'alive' })
  pass(10 * 60_000, true)
  expect(workers).toHaveLength(1)
  pass(100_000, false)
  expect(workers).toHaveLength(1)
  pass(60_000, false)
  expect([workers.length, workers[0]?.isTerminated]).toEqual([2, true])
  latest().serve()
  expect(await opening).toEqual(OPENED)
})

test('a page in the browser’s cache asks nothing of its worker, which sleeps as well', () => {
  const { workers, latest, tell, pass } = scene()
  latest().say({ type: 'alive' })
  tell({ type: 'left' })
  pass(60 * 60_000, false)
  expect(workers).toHaveLength(1)
  tell({ type: 'returned' })
  pass(60_000, true)
  expect(latest().told.some(({ type }) => type === 'ping')).toBe(true)
})
