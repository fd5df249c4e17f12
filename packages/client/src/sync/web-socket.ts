/**
 * The platform's WebSocket as a `Socket`. A browser sends the cookie of the hub's own origin by itself; a token goes among the socket's
 * subprotocols, the only header that a page may choose.
 */
import { liveProtocolsOf } from '@tombolo/core'
import type { Socket, SocketHandlers } from './transport.ts'

/** What browsers, workers and `ws` have in common. */
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
  // A `close` follows, which says no less.
  socket.onerror = () => undefined
  return { send: (text) => isOpen && socket.send(text), close: () => socket.close() }
}
