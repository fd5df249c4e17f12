/**
 * Answers requests, independent of the transport: HTTP, a live socket, a test. The shell has identified the account and parsed the JSON; a
 * reply is text to be sent unchanged.
 *
 *   ask(path, account, body, reply)   hello · push · pull · poll · digest · range
 *
 * `reply` is called once. For a push it is called in the turn in which its transaction commits, before live sockets are told anything
 * later.
 */
import { type Hash, PAGE_BYTES_MAX, PUSH_CHANGES_MAX, type ProblemCode } from '@tombolo/core'
import { durableThrough } from './durable.ts'
import { Comparing } from './digest/comparing.ts'
import type { IngestContext } from './ingest/context.ts'
import { offer } from './ingest/ingest.ts'
import type { Feed } from './live/feed.ts'
import type { Log } from './log.ts'
import { type PulledPage, pull } from './pull/pull.ts'
import { type Refused, refused } from './problem.ts'
import { mayRead } from './readers.ts'
import { CommitQueue, type Settled } from './queue.ts'
import { malformed, type Reply, type Stands } from './reply.ts'
import type { Storage } from './storage.ts'
import {
  decodeHelloRequest,
  decodePollRequest,
  decodePullRequest,
  decodePushRequest,
  helloText,
  pageText,
  polledText,
  pushedText,
} from './wire.ts'

export const PATHS = ['hello', 'push', 'pull', 'poll', 'digest', 'range'] as const
export type Path = (typeof PATHS)[number]

export interface ServiceOptions {
  readonly storage: Storage
  readonly context: Omit<IngestContext, 'epoch' | 'nowMs' | 'onFault'>
  readonly feed: Feed
  /** Of records that are compared [Q5]. */
  readonly hash: Hash
  readonly clock: () => number
  readonly mintEpoch: () => string
  readonly defer: (run: () => void) => void
  readonly log: Log
  readonly epoch: string
}

/** Pushes that may wait for their transaction, about half a second of work. */
const WAITING_MAX = 4096
const RETRY_AFTER_MS = 1000

export class Service {
  readonly #options: ServiceOptions
  readonly #queue: CommitQueue
  readonly #comparing: Comparing
  #epoch: string

  constructor(options: ServiceOptions) {
    this.#options = options
    this.#epoch = options.epoch
    this.#queue = new CommitQueue({
      storage: options.storage,
      context: () => this.#context(),
      defer: options.defer,
      committed: (batch, context) => options.feed.committed(batch, context),
      onUntold: (error) => options.log.error({ code: 'hub.untold', error }, 'an answer could not be given'),
      batchChangesMax: 2 * PUSH_CHANGES_MAX,
      waitingMax: WAITING_MAX,
    })
    const { clock, defer, hash, log, storage } = options
    const pause = (): Promise<void> => new Promise(defer)
    this.#comparing = new Comparing({ context: () => ({ ...this.#context(), storage, hash, pause }), clock, log })
  }

  get epoch(): string {
    return this.#epoch
  }

  /** Never throws: a fault of the hub is a reply, too. */
  ask(path: Path, account: string, body: unknown, reply: (reply: Reply) => void): void {
    try {
      this.#ask(path, account, body, reply)
    } catch (error) {
      this.#options.log.error({ code: 'hub.fault', path, error }, 'a request failed')
      reply(problem('hub.fault'))
    }
  }

  #ask(path: Path, account: string, body: unknown, reply: (reply: Reply) => void): void {
    switch (path) {
      case 'hello':
        return this.#settle(this.#hello(account, body), reply)
      case 'push':
        return this.#push(account, body, reply)
      case 'pull':
        return this.#settle(this.#pull(account, body), reply)
      case 'poll':
        return this.#settle(this.#poll(account, body), reply)
      case 'digest':
        return this.#settle(this.#comparing.digest(account, body), reply)
      case 'range':
        return this.#settle(this.#comparing.range(account, body), reply)
    }
  }

  /** Fulfils when every accepted push is answered. */
  drained(): Promise<void> {
    return this.#queue.drained()
  }

  #context(): IngestContext {
    const { context, clock, log } = this.#options
    const onFault: IngestContext['onFault'] = (error, { intent, space }) =>
      log.error({ code: 'hub.fault', intent, space, error }, 'a change failed')
    return { ...context, epoch: this.#epoch, nowMs: clock(), onFault }
  }

  #settle(reply: Promise<Reply>, send: (reply: Reply) => void): void {
    reply.then(send, (error: unknown) => {
      this.#options.log.error({ code: 'hub.storage', error }, 'a request failed')
      send(problem('hub.unavailable'))
    })
  }

  async #hello(account: string, body: unknown): Promise<Reply> {
    const request = decodeHelloRequest(body)
    if (!request.ok) return malformed(request.error)
    const { replica } = request.value
    const { storage, clock, context } = this.#options
    if ((await storage.claim(replica, account)) !== account) return problem('replica.foreign')
    const rows = await storage.spacesOf(account, clock() - context.restorableMs)
    const durability = { backups: context.backups, epoch: this.#epoch }
    const spaces = rows.map(({ space, head, headBy, standing: role }) =>
      mayRead(role)
        ? { space, role, head, durableThrough: durableThrough(durability, space, headBy) }
        : { space, role, head: 0, durableThrough: 0 },
    )
    const { version, fingerprint } = context.schema
    return answer(helloText({ epoch: this.#epoch, hubTimeMs: clock(), account, schema: { version, fingerprint }, spaces }))
  }

  #push(account: string, body: unknown, reply: (reply: Reply) => void): void {
    const request = decodePushRequest(body)
    if (!request.ok) return reply(malformed(request.error))
    const offered = offer(account, request.value, this.#options.context)
    const taken = this.#queue.offer(offered, (settled) => this.#pushed(settled, reply))
    if (!taken) reply({ type: 'problem', problem: { code: 'hub.busy', retryAfterMs: RETRY_AFTER_MS } })
  }

  #pushed(settled: Settled, reply: (reply: Reply) => void): void {
    switch (settled.type) {
      case 'answered': {
        const { replica, space, cursor, head } = settled.answer
        const stands = { replica, space, ...(cursor === null ? {} : { at: { version: head, cursor } }) }
        return reply({ type: 'answer', text: pushedText(settled.answer), stands })
      }
      case 'refused':
        return reply(problemOf(settled.problem))
      case 'restored':
        return this.#settle(this.#restored(), reply)
      case 'unavailable':
        this.#options.log.error({ code: 'hub.storage', error: settled.error }, 'a push could not be stored')
        return reply({ type: 'problem', problem: { code: 'hub.unavailable', retryAfterMs: RETRY_AFTER_MS } })
    }
  }

  async #pull(account: string, body: unknown): Promise<Reply> {
    const request = decodePullRequest(body)
    if (!request.ok) return malformed(request.error)
    const pulled = await pull(this.#options.storage, account, request.value, this.#context(), PAGE_BYTES_MAX)
    switch (pulled.type) {
      case 'page':
        return { type: 'answer', text: pageText(pulled.page), stands: standsAfter(pulled.page) }
      case 'refused':
        return problemOf(pulled.problem)
      case 'restored':
        return this.#restored()
    }
  }

  async #poll(account: string, body: unknown): Promise<Reply> {
    const request = decodePollRequest(body)
    if (!request.ok) return malformed(request.error)
    const { replica, heads, waitMs } = request.value
    const moved = await this.#options.feed.moved(account, heads, waitMs, () => this.#options.storage.spacesOf(account, 0))
    return answer(polledText({ epoch: this.#epoch, replica, hubTimeMs: this.#options.clock(), heads: moved }))
  }

  /**
   * Starts a new epoch, which every device learns of. A device presented a valid cursor of a history that the database lacks, so the
   * database was restored.
   */
  async #restored(): Promise<Reply> {
    const from = this.#epoch
    const { storage, mintEpoch, clock } = this.#options
    this.#epoch = await storage.renewEpoch(from, mintEpoch(), clock())
    this.#options.log.warn({ from, to: this.#epoch }, 'the database was restored from a backup: it has a new epoch')
    return problem('epoch')
  }
}

const answer = (text: string): Reply => ({ type: 'answer', text })
const problem = (code: ProblemCode): Reply => ({ type: 'problem', problem: refused(code) })
const problemOf = (refusal: Refused): Reply => ({ type: 'problem', problem: refusal })

const standsAfter = ({ request, at, cursor }: PulledPage): Stands => ({
  replica: request.replica,
  space: request.space,
  at: at === null ? null : { version: at, cursor },
})
