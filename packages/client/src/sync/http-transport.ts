/**
 * The transport over HTTP and a WebSocket: in a page, a worker, a service worker, and Node.
 *
 *   POST {hub}/hello · /push · /pull · /poll        JSON, gzip above 1 KiB        WS {hub}/live
 *
 * An answer is believed only with the hub's media type and the echoed request id: captive portals and proxies know neither [S1]. Signing in
 * is a cookie of the same origin, or a token; an expired token is refreshed once before the exchange fails with a 401.
 */
import { decodeProblem, PROBLEM_MEDIA_TYPE, type Wire } from '@tombolo/core'
import { gzipped, type PackedBody, readBounded } from './http-body.ts'
import type { Exchange, RequestOptions, RequestPath, Socket, SocketHandlers, Transport } from './transport.ts'

/** The token to send, or null when there is none; `refused` is the one that the hub has just refused. */
export type TokenSource = (refused: string | null) => Promise<string | null> | string | null

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface HttpTransportOptions {
  /** Where the hub's paths begin: `/sync` in a page, `https://hub.example/sync` elsewhere. */
  readonly hub: string
  /** Left out: the browser's cookie of the hub's own origin. */
  readonly token?: TokenSource
  /** Opens a socket: see web-socket.ts, and on Node `connectWith`. Left out: no live socket, long polls serve. */
  readonly connect?: (url: string, token: string | null, handlers: SocketHandlers) => Socket
  readonly fetch?: Fetch
  /** A clock that never goes back, in milliseconds. */
  readonly monotonicMs?: () => number
  /** Returns a new id of letters and digits at each call. */
  readonly mintId?: () => string
  /** Runs once after so many milliseconds, unless the returned function is called before. */
  readonly setTimer?: (run: () => void, delayMs: number) => () => void
  /** Writes the body of a request, compressed or not. */
  readonly pack?: (text: string) => Promise<PackedBody>
}

const REQUEST_HEADER = 'tombolo-request'
const TIME_HEADER = 'tombolo-time'
const JSON_MEDIA_TYPE = 'application/json'

export class HttpTransport implements Transport {
  readonly #options: HttpTransportOptions
  readonly #fetch: Fetch
  readonly #monotonicMs: () => number
  readonly #mintId: () => string
  readonly #setTimer: NonNullable<HttpTransportOptions['setTimer']>
  readonly #pack: NonNullable<HttpTransportOptions['pack']>

  constructor(options: HttpTransportOptions) {
    this.#options = options
    this.#fetch = options.fetch ?? ((url, init) => fetch(url, init))
    this.#monotonicMs = options.monotonicMs ?? (() => performance.now())
    this.#mintId = options.mintId ?? randomId
    this.#setTimer = options.setTimer ?? realTimer
    this.#pack = options.pack ?? gzipped
  }

  async request(path: RequestPath, body: Wire, { timeoutMs, signal }: RequestOptions): Promise<Exchange> {
    const limit = new AbortController()
    const giveUp = (): void => limit.abort()
    const cancelTimer = this.#setTimer(giveUp, timeoutMs)
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      if (signal.aborted) return { type: 'aborted' }
      return await this.#ask(path, await this.#pack(JSON.stringify(body)), limit.signal)
    } catch {
      // An error of `fetch` only means that there is no answer: its messages differ by platform [S3].
      return { type: signal.aborted ? 'aborted' : limit.signal.aborted ? 'timeout' : 'network' }
    } finally {
      cancelTimer()
      signal.removeEventListener('abort', giveUp)
    }
  }

  openLive(handlers: SocketHandlers): Socket {
    const { connect } = this.#options
    return connect === undefined
      ? noSocket(handlers)
      : new LateSocket(this.#token(null), (token) => connect(this.#liveUrl(), token, handlers), handlers)
  }

  async #ask(path: RequestPath, body: PackedBody, signal: AbortSignal): Promise<Exchange> {
    const token = await this.#token(null)
    if (token === null && this.#options.token !== undefined) return { type: 'signed-out' }
    const exchange = await this.#send(path, body, token, signal)
    if (exchange.type !== 'problem' || exchange.problem.class !== 'auth') return exchange
    if (token === null) return (await this.#renewSession(signal)) ? this.#send(path, body, null, signal) : exchange
    const fresh = await this.#token(token)
    return fresh === null || fresh === token ? exchange : this.#send(path, body, fresh, signal)
  }

  /** Asks for a new session cookie where the pages come from. Any answer but 2xx means that there is none. */
  async #renewSession(signal: AbortSignal): Promise<boolean> {
    const url = `${this.#options.hub}/../session`
    const response = await this.#fetch(url, { method: 'POST', credentials: 'same-origin', cache: 'no-store', redirect: 'manual', signal })
    return response.ok
  }

  async #token(refused: string | null): Promise<string | null> {
    return (await this.#options.token?.(refused)) ?? null
  }

  async #send(path: RequestPath, body: PackedBody, token: string | null, signal: AbortSignal): Promise<Exchange> {
    const id = this.#mintId()
    const sentAtMs = this.#monotonicMs()
    const response = await this.#fetch(`${this.#options.hub}/${path}`, {
      method: 'POST',
      body: body.bytes,
      headers: headersOf(id, body, token),
      credentials: 'same-origin',
      cache: 'no-store',
      // The hub never redirects, so a redirect comes from a portal.
      redirect: 'manual',
      signal,
    })
    if (response.headers.get(REQUEST_HEADER) !== id) return { type: 'not-the-hub' }
    const answer = await readBounded(response)
    const measured = { bytes: body.bytes.length + (answer?.wireBytes ?? 0), durationMs: this.#monotonicMs() - sentAtMs }
    return answer === null ? { type: 'not-the-hub' } : understood(response, answer.json, measured)
  }

  #liveUrl(): string {
    const url = new URL(`${this.#options.hub}/live`, globalThis.location?.href)
    url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:'
    return url.href
  }
}

const realTimer: NonNullable<HttpTransportOptions['setTimer']> = (run, delayMs) => {
  const timer = setTimeout(run, delayMs)
  return () => clearTimeout(timer)
}

function headersOf(id: string, { isPacked }: PackedBody, token: string | null): Record<string, string> {
  return {
    'content-type': JSON_MEDIA_TYPE,
    accept: JSON_MEDIA_TYPE,
    [REQUEST_HEADER]: id,
    ...(isPacked ? { 'content-encoding': 'gzip' } : {}),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  }
}

function understood(response: Response, body: unknown, measured: { bytes: number; durationMs: number }): Exchange {
  const mediaType = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (response.status === 200 && mediaType === JSON_MEDIA_TYPE) return { type: 'answered', body, ...measured }
  const problem = mediaType === PROBLEM_MEDIA_TYPE ? decodeProblem(body) : null
  if (problem?.ok !== true) return { type: 'not-the-hub' }
  return { type: 'problem', problem: withRetryAfter(problem.value, response), ...timeOf(response), ...measured }
}

function timeOf({ headers }: Response): { readonly hubTimeMs?: number } {
  const told = Number(headers.get(TIME_HEADER) ?? Number.NaN)
  return Number.isSafeInteger(told) && told > 0 ? { hubTimeMs: told } : {}
}

type Problem = Extract<Exchange, { type: 'problem' }>['problem']

function withRetryAfter(problem: Problem, response: Response): Problem {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return problem.retryAfterMs === undefined && seconds >= 0 ? { ...problem, retryAfterMs: seconds * 1000 } : problem
}

/** `crypto.randomUUID` is missing where a page is served over plain HTTP in a local network. */
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function noSocket({ closed }: SocketHandlers): Socket {
  queueMicrotask(() => closed({}))
  return { send: () => undefined, close: () => undefined }
}

/** A socket that opens once its token is available. */
class LateSocket implements Socket {
  #socket: Socket | null = null
  #isClosed = false

  constructor(token: Promise<string | null>, open: (token: string | null) => Socket, handlers: SocketHandlers) {
    void this.#open(token, open, handlers)
  }

  send(text: string): void {
    this.#socket?.send(text)
  }

  close(): void {
    this.#isClosed = true
    this.#socket?.close()
  }

  async #open(token: Promise<string | null>, open: (token: string | null) => Socket, { closed }: SocketHandlers): Promise<void> {
    try {
      const value = await token
      if (!this.#isClosed) this.#socket = open(value)
    } catch {
      closed({})
    }
  }
}
