/**
 * The platform's WebSocket as a `Socket`. A browser sends the cookie of the hub's own origin and nothing else: with a token there is no
 * socket, and long polls serve.
 */
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
  if (token === null && typeof WebSocket !== 'undefined') return socketOver(new WebSocket(url), handlers)
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
