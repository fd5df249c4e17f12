/**
 * The transport port: how messages reach a hub. Two functions; nothing in them knows what a message means.
 *
 *   request    one question, one `Exchange`. It never rejects: every way in which an exchange ends is a value, classified where it
 *              arises and never by the text of a message [S3]
 *   openLive   one socket that carries texts both ways; everything works without it [Q7]
 *
 * `answered` and `problem` mean that the hub itself has spoken: media type and echoed request id agree [S1]. After `problem` nothing
 * of the request has happened; after `network`, `timeout` and `aborted` nobody knows, and the same is sent again [P4].
 */
import type { Problem, Wire } from '@tombolo/core'

export type RequestPath = 'hello' | 'push' | 'pull' | 'poll'

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
  /** `hubTimeMs`: where the hub told its time beside the problem, so that a sign-in that fails for a wrong clock shows why [C1]. */
  | ({ readonly type: 'problem'; readonly problem: Problem; readonly hubTimeMs?: number } & Measured)
  /** No connection, or it broke. */
  | { readonly type: 'network' }
  | { readonly type: 'timeout' }
  /** The device gave the exchange up, by `signal`. */
  | { readonly type: 'aborted' }
  /** Something else answered: a captive portal, a proxy, another server. Nothing in it is believed. */
  | { readonly type: 'not-the-hub' }
  /** There is no token to send; nothing was sent. */
  | { readonly type: 'signed-out' }

export interface Measured {
  /** Sent and received, as they went over the wire. */
  readonly bytes: number
  /** From the first byte sent to the last received. */
  readonly durationMs: number
}

/** Told in this order: `opened`, any number of `received`, `closed` once; or `closed` alone. Never from within `openLive`. */
export interface SocketHandlers {
  readonly opened: () => void
  readonly received: (text: string) => void
  readonly closed: (end: SocketEnd) => void
}

export interface SocketEnd {
  /** Why the hub did not open the socket, where the platform tells (browsers do not). */
  readonly problem?: Problem
}

export interface Socket {
  /** Before `opened` and after `closed` it does nothing: what is not answered is sent again another way. */
  send(text: string): void
  close(): void
}
