/**
 * Channels between a page, its store worker and the workers of other tabs. A channel carries messages to one other side, in order.
 *
 *   page ── Worker ──► its store worker ── BroadcastChannel of the two alone ──► the store worker of the leading tab
 *
 * Everything in a message can be cloned. Both sides were built together, or have compared `PROTOCOL` before anything else, so
 * messages are not checked again.
 */
import type {
  EnginePort,
  ReadAnswer,
  ReadRequest,
  StoreStatus,
  Stop,
  WatchEvent,
  WatchRequest,
  WriteAnswer,
  WriteBatch,
  OpenAnswer,
} from '../engine/port.ts'

/** Raised when a message changes its meaning: tabs of two builds of an app may be open at once. */
export const PROTOCOL: number = 1

export interface Channel {
  /** @throws when a message cannot be cloned. */
  send(message: unknown): void
  /** Messages of the other side, until stopped. */
  listen(receive: (message: unknown) => void): Stop
}

export type EngineCall =
  | { readonly method: 'open' }
  | { readonly method: 'read'; readonly request: ReadRequest }
  | { readonly method: 'write'; readonly batch: WriteBatch }
  | { readonly method: 'close' }

export type CallAnswer = OpenAnswer | ReadAnswer | WriteAnswer | undefined

export type ToEngine =
  | { readonly type: 'call'; readonly id: number; readonly call: EngineCall }
  | { readonly type: 'watch'; readonly id: number; readonly request: WatchRequest }
  | { readonly type: 'status'; readonly id: number }
  | { readonly type: 'stop'; readonly id: number }

export type FromEngine =
  | { readonly type: 'answer'; readonly id: number; readonly answer: CallAnswer }
  | { readonly type: 'error'; readonly id: number; readonly error: WireError }
  | { readonly type: 'event'; readonly id: number; readonly event: WatchEvent }
  | { readonly type: 'status'; readonly id: number; readonly status: StoreStatus }

export interface WireError {
  readonly name: string
  readonly code: string
  readonly message: string
}

/** An error thrown by the other side, or the reason why it could not be asked. `code` is stable. */
export class PortError extends Error {
  override readonly name: string
  readonly code: string

  constructor({ name, code, message }: WireError) {
    super(message)
    this.name = name
    this.code = code
  }
}

export function wireErrorOf(thrown: unknown): WireError {
  const { name, code, message } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Partial<Record<keyof WireError, unknown>>
  return {
    name: typeof name === 'string' ? name : 'Error',
    code: typeof code === 'string' ? code : 'store.failed',
    message: typeof message === 'string' ? message : String(thrown),
  }
}

/** Runs once after so many milliseconds, unless the returned function is called before. */
export type SetTimer = (run: () => void, delayMs: number) => Stop

export const realTimer: SetTimer = (run, delayMs) => {
  const timer = setTimeout(run, delayMs)
  return () => clearTimeout(timer)
}

/** Ports, workers, a worker's own scope and broadcast channels all have these. */
export interface MessageTarget {
  postMessage(message: unknown): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  removeEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  /** Message ports queue messages until they are started. */
  start?(): void
}

export function channelOf(target: MessageTarget): Channel {
  return {
    send: (message) => target.postMessage(message),
    listen(receive) {
      const listener = ({ data }: { readonly data: unknown }): void => receive(data)
      target.addEventListener('message', listener)
      target.start?.()
      return () => target.removeEventListener('message', listener)
    },
  }
}

/** An engine, with some of its functions replaced. */
export const portOver = (engine: EnginePort, own: Partial<EnginePort>): EnginePort => ({
  open: () => engine.open(),
  read: (request) => engine.read(request),
  write: (batch) => engine.write(batch),
  watch: (request, notify) => engine.watch(request, notify),
  status: (notify) => engine.status(notify),
  close: () => engine.close(),
  ...own,
})
