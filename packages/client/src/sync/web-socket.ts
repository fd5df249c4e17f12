/**
 * The platform's WebSocket as a `Socket`. A browser sends the cookie of the hub's origin itself; a token is sent among the subprotocols,
 * the only header that a page can set.
 */
import { liveProtocolsOf } from '@tombolo/core'
import type { Socket, SocketHandlers } from './transport.ts'

/** The members of a WebSocket that browsers, workers and `ws` share. */
export interface WebSocketLike {
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
  send(text: string): void
  close(): void
}

export function connectBrowser(url: string, token: string | null, handlers: SocketHandlers): Socket {
  if (typeof WebSocket !== 'undefined')
    return socketOver(token === null ? new WebSocket(url) : new WebSocket(url, [...liveProtocolsOf(token)]), handlers)
  queueMicrotask(() => handlers.closed({}))
  return { send: () => undefined, close: () => undefined }
}

export function socketOver(socket: WebSocketLike, { opened, received, closed }: SocketHandlers): Socket {
  let isOpen = false
  socket.onopen = () => {
    isOpen = true
    opened()
  }
  socket.onmessage = ({ data }: { data: unknown }) => received(typeof data === 'string' ? data : '')
  socket.onclose = () => {
    isOpen = false
    closed({})
  }
  // A `close` event follows and is handled.
  socket.onerror = () => undefined
  return { send: (text) => isOpen && socket.send(text), close: () => socket.close() }
}
