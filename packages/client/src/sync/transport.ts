/**
 * The transport port: how messages reach a hub. Two functions, neither of which knows the meaning of messages.
 *
 *   request    one request, one `Exchange`. It never rejects: every ending of an exchange is a value, classified where it arises and never
 *   by the text of a message [S3]
 *   openLive   one socket that carries texts both ways; everything works without it [Q7]
 *
 * `answered` and `problem` mean that the hub itself has spoken: media type and echoed request id agree [S1]. After `problem` nothing
 * of the request has happened; after `network`, `timeout` and `aborted` nobody knows, and the same is sent again [P4].
 */
import type { Problem, Wire } from '@tombolo/core'

export type RequestPath = 'hello' | 'push' | 'pull' | 'poll' | 'digest' | 'range'

export interface Transport {
  request(path: RequestPath, body: Wire, options: RequestOptions): Promise<Exchange>
  openLive(handlers: SocketHandlers): Socket
}

export interface RequestOptions {
  /** From the first byte sent to the last received. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

export type Exchange =
  | ({ readonly type: 'answered'; readonly body: unknown } & Measured)
  /** `hubTimeMs`: the hub's time, if sent with the problem, so that a sign-in that fails because of a wrong clock can say so [C1]. */
  | ({ readonly type: 'problem'; readonly problem: Problem; readonly hubTimeMs?: number } & Measured)
  /** No connection, or it broke. */
  | { readonly type: 'network' }
  | { readonly type: 'timeout' }
  /** The device abandoned the exchange, by `signal`. */
  | { readonly type: 'aborted' }
  /** Something other than the hub answered: a captive portal, a proxy, another server. Nothing in the answer is believed. */
  | { readonly type: 'not-the-hub' }
  /** There is no token to send; nothing was sent. */
  | { readonly type: 'signed-out' }

export interface Measured {
  /** Sent and received, as transferred over the wire. */
  readonly bytes: number
  /** From the first byte sent to the last received. */
  readonly durationMs: number
}

/** Called in this order: `opened`, any number of `received`, `closed` once; or `closed` alone. Never called from within `openLive`. */
export interface SocketHandlers {
  readonly opened: () => void
  readonly received: (text: string) => void
  readonly closed: (end: SocketEnd) => void
}

export interface SocketEnd {
  /** Why the hub refused the socket, if the platform reports it (browsers do not). */
  readonly problem?: Problem
}

export interface Socket {
  /** Does nothing before `opened` and after `closed`: unanswered requests are sent again by other means. */
  send(text: string): void
  close(): void
}
