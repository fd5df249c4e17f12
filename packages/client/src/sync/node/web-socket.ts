/**
 * The live socket on Node, by `ws`, which is loaded when the first socket opens. Without `ws`, long polls replace the socket. Unlike a
 * browser's socket it sends the token in a header, and reports why a hub refuses.
 */
import type { IncomingMessage } from 'node:http'
import { decodeProblem, type Problem, PUSH_BYTES_MAX } from '@tombolo/core'
import type { WebSocket } from 'ws'
import type { Socket, SocketEnd, SocketHandlers } from '../transport.ts'

/** For `HttpTransport`'s option `connect`. */
export function connectNode(url: string, token: string | null, handlers: SocketHandlers): Socket {
  const socket = new NodeSocket(handlers)
  void socket.open(url, token === null ? {} : { authorization: `Bearer ${token}` })
  return socket
}

/** A page exceeds the size asked for by at most one change. */
const FRAME_BYTES_MAX: number = 2 * PUSH_BYTES_MAX
const PROBLEM_BYTES_MAX = 64 * 1024

class NodeSocket implements Socket {
  readonly #handlers: SocketHandlers
  #socket: WebSocket | null = null
  #isClosed = false

  constructor(handlers: SocketHandlers) {
    this.#handlers = handlers
  }

  async open(url: string, headers: Readonly<Record<string, string>>): Promise<void> {
    try {
      const ws = await import('ws')
      if (this.#isClosed) return
      const socket = new ws.WebSocket(url, { headers, maxPayload: FRAME_BYTES_MAX, perMessageDeflate: false })
      this.#socket = socket
      this.#listen(socket)
    } catch {
      this.#end({})
    }
  }

  send(text: string): void {
    if (this.#socket?.readyState === this.#socket?.OPEN) this.#socket?.send(text)
  }

  close(): void {
    this.#isClosed = true
    this.#socket?.terminate()
  }

  #listen(socket: WebSocket): void {
    socket.on('open', () => this.#isClosed || this.#handlers.opened())
    socket.on('message', (data) => this.#isClosed || this.#handlers.received(Buffer.isBuffer(data) ? data.toString() : ''))
    socket.on('unexpected-response', (_request, response) => void this.#refused(response))
    socket.on('close', () => this.#end({}))
    // A `close` event follows and is handled; at once, because whoever said nonsense may not answer a closing handshake.
    socket.on('error', () => socket.terminate())
  }

  async #refused(response: IncomingMessage): Promise<void> {
    const problem = await problemOf(response)
    this.#socket?.terminate()
    this.#end(problem === null ? {} : { problem })
  }

  #end(end: SocketEnd): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#handlers.closed(end)
  }
}

async function problemOf(response: IncomingMessage): Promise<Problem | null> {
  try {
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > PROBLEM_BYTES_MAX) return null
      chunks.push(chunk)
    }
    const decoded = decodeProblem(JSON.parse(Buffer.concat(chunks).toString()))
    return decoded.ok ? decoded.value : null
  } catch {
    return null
  }
}
