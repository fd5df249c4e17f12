/**
 * A device's way to the hub: HTTP and live sockets as they are shipped on both sides, over a line whose signal a test decides.
 *
 * Bodies are not compressed: compression runs on other threads, and would need real time.
 */
import { HttpTransport, type Socket, type SocketHandlers, type Transport } from '@tombolo/client/testing'
import type { Agenda } from '../simulator/agenda.ts'
import type { Life } from '../simulator/device/life.ts'
import type { HubSite } from '../simulator/hub/site.ts'
import { frameOf } from '../simulator/network/frames.ts'
import { SimulatedSocket, type SocketWay } from '../simulator/network/socket.ts'
import { Answers } from './answers.ts'

/** How good a line is. The scheduler measures it, and takes it for the level of the same name. */
export type LineQuality = 'poor' | 'fair' | 'good'

const QUALITIES: Readonly<Record<LineQuality, { readonly latencyMs: number; readonly bytesPerMs: number }>> = {
  poor: { latencyMs: 1000, bytesPerMs: 4 },
  fair: { latencyMs: 250, bytesPerMs: 40 },
  good: { latencyMs: 20, bytesPerMs: 2000 },
}

interface Heard {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export class Link {
  readonly answers: Answers = new Answers()
  /** Null: there is no signal. */
  quality: LineQuality | null = 'good'
  readonly #agenda: Agenda
  readonly #site: HubSite
  readonly #token: string
  readonly #sockets = new Set<SimulatedSocket>()
  #requests = 0

  constructor(agenda: Agenda, site: HubSite, token: string) {
    this.#agenda = agenda
    this.#site = site
    this.#token = token
  }

  /** The transport of one run of the device. */
  transport(life: Life): Transport {
    const http = new HttpTransport({
      hub: 'http://hub.test/sync',
      token: () => this.#token,
      fetch: (url, init) => this.#fetch(life, url, init),
      mintId: () => `r${++this.#requests}`,
      monotonicMs: () => this.#agenda.nowMs,
      setTimer: life.setTimer,
      pack: async (text) => ({ bytes: new TextEncoder().encode(text), isPacked: false }),
    })
    return {
      request: (path, body, options) => http.request(path, body, options),
      openLive: (handlers) => this.#openLive(life, handlers),
    }
  }

  /** Breaks every socket: the signal, or a process at either end, is gone. */
  cutSockets(): void {
    for (const socket of this.#sockets) socket.cut()
    this.#sockets.clear()
  }

  // ── requests ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  #fetch(life: Life, url: string, init: RequestInit): Promise<Response> {
    return new Promise((resolve, reject) => {
      const fail = (): void => life.comes(() => reject(new TypeError('fetch failed')))
      const giveUp = (): void => reject(new DOMException('given up', 'AbortError'))
      if (init.signal?.aborted === true) return giveUp()
      init.signal?.addEventListener('abort', giveUp)
      const answers = ({ status, headers, text }: Heard): void => {
        const arrive = (): void => life.comes(() => resolve(new Response(text, { status, headers })))
        this.#carry(text.length, () => this.answers.comes(arrive, url.endsWith('/push') ? nothing : null), fail)
      }
      const body = init.body as Uint8Array
      this.#carry(body.length, () => void this.#ask(url, { ...init, signal: null }, answers, fail), fail)
    })
  }

  #carry(bytes: number, arrive: () => void, fail: () => void): void {
    if (this.quality === null) return void this.#agenda.after(0, fail)
    this.#agenda.after(this.#journeyMs(bytes), () => (this.quality === null ? fail() : arrive()))
  }

  async #ask(url: string, init: RequestInit, answers: (heard: Heard) => void, fail: () => void): Promise<void> {
    const site = this.#site
    if (!site.isUp) return fail()
    const { process } = site
    const request = new Request(url, init)
    request.headers.set('host', 'hub.test')
    const response = await site.hub.fetch(request)
    const text = await response.text()
    if (site.process !== process) return fail()
    answers({ status: response.status, headers: response.headers, text })
  }

  #journeyMs(bytes: number): number {
    const { latencyMs, bytesPerMs } = QUALITIES[this.quality ?? 'poor']
    return latencyMs + bytes / bytesPerMs
  }

  // ── sockets ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #openLive(life: Life, handlers: SocketHandlers): Socket {
    const pushes = new Set<string>()
    let isOver = false
    const socket: SimulatedSocket = new SimulatedSocket(
      this.#way(),
      life,
      {
        opened: handlers.opened,
        received: (text) => {
          const arrive = (): void => life.comes(() => isOver || handlers.received(text))
          const frame = frameOf(text)
          // A stream without one of its parts ends.
          this.answers.comes(arrive, frame?.type === 'answer' && pushes.has(frame.id) ? () => socket.cut() : null)
        },
        closed: handlers.closed,
      },
      () => {
        isOver = true
        this.#sockets.delete(socket)
      },
    )
    this.#sockets.add(socket)
    socket.open()
    return {
      send: (text) => {
        const frame = frameOf(text)
        if (frame?.type === 'request' && frame.path === 'push') pushes.add(frame.id)
        socket.send(text)
      },
      close: () => socket.close(),
    }
  }

  #way(): SocketWay {
    const journeyMs = (bytes: number): number => this.#journeyMs(bytes)
    const isUp = (): boolean => this.quality !== null
    return {
      world: { agenda: this.#agenda, hub: this.#site },
      owner: { token: () => this.#token },
      weather: {
        get isUp() {
          return isUp()
        },
        isClogged: false,
        partitioned: new Set(),
        journey: (bytes) => ({ ms: journeyMs(bytes), isLost: false }),
      },
    }
  }
}

const nothing = (): void => undefined
