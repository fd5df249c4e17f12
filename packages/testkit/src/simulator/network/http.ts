/**
 * Exchanges through HTTP as it is shipped on both sides, and what proxies, portals and caches do to it.
 *
 * Bodies are not compressed: compression runs on other threads, whose order no seed decides. It has tests of its own.
 */
import type { Json } from '@tombolo/core'
import { type Fetch, HttpTransport, type RequestPath, type Transport } from '@tombolo/client/testing'
import type { Life } from '../device/life.ts'
import type { Fault } from '../faults.ts'
import type { Way } from './way.ts'

type HttpFault = Extract<Fault, 'truncated' | 'corrupted' | 'captive page' | 'stale answer' | 'headers stripped' | 'dead connection'>

const HTTP_FAULTS: readonly HttpFault[] = ['truncated', 'corrupted', 'captive page', 'stale answer', 'headers stripped', 'dead connection']
const FAULT_SHARE = 0.008
const PORTAL = '<!doctype html><title>Welcome</title><p>Accept the terms to go on.</p>'

interface Heard {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Who said what one exchange heard last. */
interface LastHeard {
  isOfTheHub: boolean
}

export class HttpWay {
  readonly #line: Way
  /** What the hub last said, by path: what a cache would have. */
  readonly #cache = new Map<string, Heard>()
  #fault: HttpFault | null = null
  #requests = 0

  constructor(line: Way) {
    this.#line = line
  }

  /** Whether the next exchange goes this way. */
  isWanted(): boolean {
    const { world, dice, owner } = this.#line
    this.#fault = HTTP_FAULTS.find((fault) => world.mayHappen(fault, dice, FAULT_SHARE)) ?? null
    return this.#fault !== null || world.accountOf(owner.token()) === null || dice.chance(world.plan.httpShare)
  }

  /** I-ECHO: only what the hub says to a request counts as its answer. */
  readonly request =
    (life: Life): Transport['request'] =>
    async (path, body, options) => {
      const { owner, world } = this.#line
      const last: LastHeard = { isOfTheHub: true }
      const exchange = await this.#transport(life, last).request(path, body, options)
      if (exchange.type === 'answered' && !last.isOfTheHub)
        world.breaks('I-ECHO', `${owner.name} takes what a cache said to ${path} for the hub`)
      return exchange
    }

  #transport(life: Life, last: LastHeard): Transport {
    const { owner, world } = this.#line
    return new HttpTransport({
      hub: 'http://hub.test/sync',
      token: owner.token,
      fetch: (url, init) => this.#fetch(life, last, url, init),
      mintId: () => `r${++this.#requests}`,
      monotonicMs: () => world.agenda.nowMs,
      setTimer: life.setTimer,
      pack: async (text) => ({ bytes: new TextEncoder().encode(text), isPacked: false }),
    })
  }

  #fetch(life: Life, last: LastHeard, url: string, init: Parameters<Fetch>[1]): Promise<Response> {
    const fault = this.#fault
    this.#fault = null
    const { world } = this.#line
    // Looked up now: what comes meanwhile may be the answer to this very request.
    const cached = fault === 'stale answer' ? this.#cache.get(url) : undefined
    return new Promise((resolve, reject) => {
      const fail = (): void => life.comes(() => reject(new TypeError('fetch failed')))
      const giveUp = (): void => reject(new DOMException('given up', 'AbortError'))
      if (init.signal?.aborted === true) return giveUp()
      init.signal?.addEventListener('abort', giveUp)
      const answers = (heard: Heard, isOfTheHub = true): void => {
        const { status, headers, text } = spoilt(heard, fault, world)
        const deliver = (): void =>
          life.comes(() => {
            last.isOfTheHub = isOfTheHub
            resolve(new Response(text, { status, headers }))
          })
        this.#line.send({ direction: 'in', bytes: text.length, deliver, fail })
      }
      const number = ++this.#line.sent
      const { bytes, isLost } = spoiltRequest(init.body as Uint8Array<ArrayBuffer>, fault, world)
      const ask = (): void => {
        if (isLost) return fail()
        const instead = insteadOfTheHub(fault, cached, world)
        if (instead === null) void this.#ask(url, { ...init, body: bytes, signal: null }, answers)
        else answers(instead, false)
      }
      this.#line.send({ direction: 'out', bytes: bytes.length, deliver: () => this.#line.reach(number, ask), fail })
    })
  }

  #noteRequest(url: string, bytes: Uint8Array): (answer: Json) => void {
    const { hub } = this.#line.world
    return hub.noteRequest(url.slice(url.lastIndexOf('/') + 1) as RequestPath, requestIn(bytes))
  }

  async #ask(url: string, init: RequestInit, answers: (heard: Heard) => void): Promise<void> {
    const { world } = this.#line
    const { hub } = world
    if (!hub.isUp) return
    const { process } = hub
    const request = new Request(url, init)
    request.headers.set('host', 'hub.test')
    const answered = this.#noteRequest(url, init.body as Uint8Array)
    const response = await hub.hub.fetch(request)
    const text = await response.text()
    if (hub.process !== process) return
    if (response.status === 200) answered(JSON.parse(text) as Json)
    const heard = { status: response.status, headers: response.headers, text }
    if (response.ok) this.#cache.set(url, heard)
    if (response.status === 401) world.coverage.meets('token expires')
    answers(heard)
  }
}

/** What cannot be read asks nothing. */
function requestIn(bytes: Uint8Array): Json | null {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Json
  } catch {
    return null
  }
}

type Counts = Pick<Way['world'], 'coverage'>

function insteadOfTheHub(fault: HttpFault | null, cached: Heard | undefined, { coverage }: Counts): Heard | null {
  if (fault === 'captive page') {
    coverage.meets(fault)
    return { status: 200, headers: new Headers({ 'content-type': 'text/html' }), text: PORTAL }
  }
  if (cached !== undefined) coverage.meets('stale answer')
  return cached ?? null
}

/** A request may lose a byte; or it goes over a connection whose other end has ended, which says so. */
function spoiltRequest(
  bytes: Uint8Array<ArrayBuffer>,
  fault: HttpFault | null,
  { coverage }: Counts,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly isLost: boolean } {
  if (fault === 'dead connection') {
    coverage.meets(fault)
    return { bytes, isLost: true }
  }
  if (fault !== 'corrupted' || bytes.length % 2 === 0) return { bytes, isLost: false }
  coverage.meets(fault)
  return { bytes: bytes.map((byte, index) => (index === bytes.length >> 1 ? 0 : byte)), isLost: false }
}

/** The way back. A byte that is lost leaves a control character, which JSON does not have: TLS would notice more. */
function spoilt(heard: Heard, fault: HttpFault | null, { coverage }: Counts): Heard {
  const { status, text } = heard
  switch (fault) {
    case 'truncated':
      coverage.meets(fault)
      return { ...heard, text: text.slice(0, text.length >> 1) }
    case 'corrupted':
      coverage.meets(fault)
      return { ...heard, text: `${text.slice(0, text.length >> 1)}\0${text.slice((text.length >> 1) + 1)}` }
    case 'headers stripped': {
      coverage.meets(fault)
      const headers = new Headers(heard.headers)
      headers.delete('tombolo-request')
      return { status, headers, text }
    }
    default:
      return heard
  }
}
