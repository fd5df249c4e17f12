/**
 * Requests, answers, heads and deltas over one live socket [Q7].
 *
 *   opening ──socket opened──► a hello goes ──its answer──► open: pushes and pulls go here
 *      └────────── closed, or a malformed frame ─────────────┘──► closed, told once; unanswered requests end as `network`
 *
 * The hello proves that the socket leads to the hub, and brings the heads that moved in the meantime.
 */
import { decodeLiveFrame, decodeProblem, encodeLiveFrame, type LiveFrame, parseMessage, type Wire } from '@tombolo/core'
import type { Head } from './session.ts'
import type { Exchange, RequestPath, Socket, SocketEnd, Transport } from './transport.ts'

export interface LiveHandlers {
  /** The socket is connected. The scheduler's requests use the link only once `isOpen` is set. */
  readonly connected: (link: LiveLink) => void
  readonly head: (head: Head) => void
  readonly delta: (page: unknown) => void
  readonly closed: (end: SocketEnd) => void
}

type LivePath = Exclude<RequestPath, 'poll'>

interface Pending {
  readonly end: (exchange: Exchange) => void
  readonly sentBytes: number
  readonly sentAtMs: number
}

export class LiveLink {
  /** The hub has answered over the socket. */
  isOpen = false
  readonly #socket: Socket
  readonly #handlers: LiveHandlers
  readonly #nowMs: () => number
  readonly #pending = new Map<string, Pending>()
  #requests = 0
  #isClosed = false

  constructor(transport: Transport, handlers: LiveHandlers, nowMs: () => number) {
    this.#handlers = handlers
    this.#nowMs = nowMs
    this.#socket = transport.openLive({
      opened: () => this.#isClosed || handlers.connected(this),
      received: (text) => this.#received(text),
      closed: (end) => this.#end(end),
    })
  }

  /** Like the transport's `request`, over the socket. Only `signal` limits its time. */
  request(path: LivePath, body: Wire, signal: AbortSignal): Promise<Exchange> {
    if (this.#isClosed) return Promise.resolve({ type: 'network' })
    if (signal.aborted) return Promise.resolve({ type: 'aborted' })
    const id = String(++this.#requests)
    const text = JSON.stringify(encodeLiveFrame({ type: 'request', id, path, body }))
    return new Promise((resolve) => {
      const giveUp = (): void => this.#gaveUp(id)
      const end = (exchange: Exchange): void => {
        this.#pending.delete(id)
        signal.removeEventListener('abort', giveUp)
        resolve(exchange)
      }
      signal.addEventListener('abort', giveUp)
      this.#pending.set(id, { end, sentBytes: text.length, sentAtMs: this.#nowMs() })
      this.#socket.send(text)
    })
  }

  /** Closes the socket without telling `closed`. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#socket.close()
    this.#abandon()
  }

  /** Treats the socket as dead, because the hub did not answer over it in time. */
  #gaveUp(id: string): void {
    this.#pending.get(id)?.end({ type: 'aborted' })
    this.breakOff({})
  }

  #received(text: string): void {
    if (this.#isClosed) return
    const message = parseMessage(text)
    const frame = message.ok ? decodeLiveFrame(message.value) : message
    if (frame.ok && frame.value.type !== 'request') this.#take(frame.value, text.length)
    else this.breakOff({})
  }

  #take(frame: Exclude<LiveFrame, { type: 'request' }>, bytes: number): void {
    switch (frame.type) {
      case 'head':
        return this.#handlers.head({ space: frame.space, head: frame.head })
      case 'delta':
        return this.#handlers.delta(frame.page)
      case 'answer':
        return this.#answered(frame, bytes)
    }
  }

  /** Takes an answer. A late one, which nobody waits for any more, is ignored: its content arrives again. */
  #answered({ id, status, body }: Extract<LiveFrame, { type: 'answer' }>, receivedBytes: number): void {
    const pending = this.#pending.get(id)
    if (pending === undefined) return
    const measured = { bytes: pending.sentBytes + receivedBytes, durationMs: Math.max(0, this.#nowMs() - pending.sentAtMs) }
    if (status === 200) return pending.end({ type: 'answered', body, ...measured })
    const problem = decodeProblem(body)
    pending.end(problem.ok ? { type: 'problem', problem: problem.value, ...measured } : { type: 'not-the-hub' })
  }

  /** Closes the socket from this side and tells `closed`. */
  breakOff(end: SocketEnd): void {
    if (this.#isClosed) return
    this.#socket.close()
    this.#end(end)
  }

  #end(end: SocketEnd): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#abandon()
    this.#handlers.closed(end)
  }

  #abandon(): void {
    this.isOpen = false
    for (const { end } of this.#pending.values()) end({ type: 'network' })
  }
}
