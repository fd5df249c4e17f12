/**
 * The live socket of a run [Q7]: opens and closes it as the scheduler says, sends the hello, and reports its news as events.
 *
 * Correctness never depends on it: a delta that does not fit becomes a hint, and the next hello makes up for a lost hint.
 */
import { decodeHelloAnswer, decodePage, encodeHelloRequest, type Page, type SchedulerEvent, type Wire } from '@tombolo/core'
import { failureOfProblem, readAnswer } from './answer.ts'
import { heardHello, isOtherAccount, OTHER_ACCOUNT, readable, readyFor } from './heads.ts'
import { LiveLink } from './live-link.ts'
import { takeDelta } from './pull.ts'
import type { Head, Session } from './session.ts'
import type { Exchange, RequestPath, SocketEnd, Transport } from './transport.ts'

export interface LiveSyncOptions {
  readonly transport: Transport
  readonly session: Session
  readonly nowMs: () => number
  readonly tell: (...events: readonly SchedulerEvent[]) => void
  readonly onError: (error: unknown) => void
}

export class LiveSync {
  readonly #options: LiveSyncOptions
  #link: LiveLink | null = null
  /** The queue of deltas, applied in the order of arrival. */
  #deltas: Promise<void> = Promise.resolve()

  constructor(options: LiveSyncOptions) {
    this.#options = options
  }

  open(): void {
    const { transport, nowMs } = this.#options
    const link: LiveLink = new LiveLink(
      transport,
      {
        connected: () => void this.#guarded(this.#greet(link)),
        head: (head) => void this.#guarded(this.#headCame(link, head)),
        delta: (page) => this.#deltaCame(link, page),
        closed: (end) => this.#closed(link, end),
      },
      nowMs,
    )
    this.#link = link
  }

  close(): void {
    this.#link?.close()
    this.#link = null
  }

  /** Sends a request over the socket; null if the socket cannot carry it. */
  request(path: RequestPath, body: Wire, signal: AbortSignal): Promise<Exchange> | null {
    const link = this.#link
    return link !== null && link.isOpen && path !== 'hello' && path !== 'poll' ? link.request(path, body, signal) : null
  }

  async #greet(link: LiveLink): Promise<void> {
    const { session, tell } = this.#options
    const body = encodeHelloRequest({ replica: session.store.state.replica, schema: session.schema })
    const asked = await session.asking(() => link.request('hello', body, new AbortController().signal))
    if (this.#link !== link) return
    const answer = readAnswer(asked.exchange, decodeHelloAnswer)
    if (!answer.ok) return link.breakOff(answer.problem === null ? {} : { problem: answer.problem })
    if (isOtherAccount(session, answer.value)) return this.#leave()
    await readyFor(session, answer.value.epoch, readable(answer.value))
    if (this.#link !== link) return
    link.isOpen = true
    tell({ type: 'liveOpened' }, ...heardHello(session, asked, answer.value))
  }

  #leave(): void {
    this.close()
    this.#options.tell({ type: 'liveClosed', failure: OTHER_ACCOUNT.failure })
  }

  /** Where the disk keeps a head from being heard, the socket is opened anew, and its hello brings all heads again. */
  async #headCame(link: LiveLink, head: Head): Promise<void> {
    const { session, tell } = this.#options
    try {
      tell(...session.headsHeard([head]))
    } catch (error) {
      link.breakOff({})
      throw error
    }
  }

  #deltaCame(link: LiveLink, body: unknown): void {
    const page = decodePage(body)
    if (!page.ok) return link.breakOff({})
    const isCurrent = (): boolean => this.#link === link
    const before = this.#deltas
    this.#deltas = this.#guarded(this.#takeAfter(before, page.value, isCurrent))
  }

  async #takeAfter(before: Promise<void>, page: Page, isCurrent: () => boolean): Promise<void> {
    await before
    if (isCurrent()) this.#options.tell(...(await takeDelta(this.#options.session, page, isCurrent)))
  }

  #closed(link: LiveLink, { problem }: SocketEnd): void {
    if (this.#link !== link) return
    this.#link = null
    const retryAfterMs = problem?.retryAfterMs
    this.#options.tell({
      type: 'liveClosed',
      ...(problem === undefined ? {} : { failure: failureOfProblem(problem) }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    })
  }

  async #guarded(work: Promise<void>): Promise<void> {
    try {
      await work
    } catch (error) {
      this.#options.onError(error)
    }
  }
}
