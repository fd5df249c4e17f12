/**
 * A hub in a few lines, for tests of the sync runner: it applies whatever it is sent, once, and keeps a log. It can be told what to say
 * instead; who meets the real hub is the testkit.
 */
import {
  contentHashOf,
  contentText,
  decodeLiveFrame,
  decodePullRequest,
  decodePushRequest,
  encodeHelloAnswer,
  encodeLiveFrame,
  encodePage,
  encodePollAnswer,
  encodePushAnswer,
  type Intent,
  type LogEntry,
  nameOf,
  type Problem,
  problem,
  type ProblemCode,
  type PullRequest,
  type PushAnswer,
  type PushedChange,
  type PushRequest,
  type ReplicaId,
  type SchemaDefinition,
  type SpaceId,
  type Verdict,
} from '@tombolo/core'
import type { Exchange, RequestOptions, RequestPath, Socket, SocketHandlers, Transport } from '../sync/transport.ts'
import { sha256 } from './local-store-kit.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface Asked {
  readonly path: RequestPath
  readonly at: number
  /** Of a push. */
  readonly changes: readonly PushedChange[]
}

/** Answers instead of the hub; undefined: the hub answers. */
export type Instead = (asked: Asked, honest: () => Exchange, options: RequestOptions) => Exchange | Promise<Exchange> | undefined

const ROUND_TRIP_MS = 40

export class FakeHub implements Transport {
  epoch = 'first-epoch'
  account = 'ann'
  /** The hub's clock minus the true one. */
  aheadMs = 0
  /** Entries of a log page at most. */
  pageEntries = 1000
  instead: Instead = () => undefined
  /** Every request, in order. */
  readonly asked: Asked[] = []
  /** The most pushes that were under way at one time. */
  pushesAtOnce = 0
  /** How often each change was applied: never more than once. */
  readonly applied = new Map<Intent, number>()
  readonly #time: VirtualTime
  readonly #schema: SchemaDefinition
  readonly #logs = new Map<SpaceId, LogEntry[]>()
  readonly #verdicts = new Map<Intent, Verdict>()
  #pushes = 0

  constructor(time: VirtualTime, schema: SchemaDefinition) {
    this.#time = time
    this.#schema = schema
  }

  count(path: RequestPath): number {
    return this.asked.filter((each) => each.path === path).length
  }

  head(space: SpaceId): number {
    return this.#logs.get(space)?.length ?? 0
  }

  /** What another device's push leaves behind. */
  add(space: SpaceId, entry: Omit<LogEntry, 'version'>): void {
    const log = this.#logs.get(space) ?? []
    this.#logs.set(space, [...log, { ...entry, version: log.length + 1 }])
  }

  log(space: SpaceId): readonly LogEntry[] {
    return this.#logs.get(space) ?? []
  }

  /** As a database restored from a backup: what is beyond this version never happened, and nobody says so. */
  fallBack(space: SpaceId, head: number): void {
    for (const { content } of this.log(space).slice(head)) {
      if (content === null) continue
      this.#verdicts.delete(content.intent)
      this.applied.delete(content.intent)
    }
    this.#logs.set(space, this.log(space).slice(0, head))
  }

  /** Forgets everything, under a new epoch. */
  loseEverything(epoch: string): void {
    this.epoch = epoch
    this.#logs.clear()
    this.#verdicts.clear()
    this.applied.clear()
  }

  async request(path: RequestPath, body: unknown, options: RequestOptions): Promise<Exchange> {
    const changes = path === 'push' ? decoded(decodePushRequest(body)).changes : []
    const asked: Asked = { path, at: this.#time.nowMs, changes }
    this.asked.push(asked)
    if (path === 'push') this.pushesAtOnce = Math.max(this.pushesAtOnce, ++this.#pushes)
    try {
      await this.#passes(options, ROUND_TRIP_MS / 2)
      const exchange = await (this.instead(asked, () => this.#honest(path, body), options) ?? this.#honest(path, body))
      await this.#passes(options, ROUND_TRIP_MS / 2)
      return options.signal.aborted ? { type: 'aborted' } : exchange
    } finally {
      if (path === 'push') this.#pushes -= 1
    }
  }

  /** Sockets that were opened; where `allowsSockets` is not set they close at once. */
  readonly sockets: FakeSocket[] = []
  allowsSockets = false

  openLive(handlers: SocketHandlers): Socket {
    if (this.allowsSockets) return this.#opened(handlers)
    this.#time.setTimer(() => handlers.closed({}), 1)
    return { send: () => undefined, close: () => undefined }
  }

  #opened(handlers: SocketHandlers): FakeSocket {
    const socket = new FakeSocket(handlers, this.#time, (path, body) => this.#answer(path, body))
    this.sockets.push(socket)
    this.#time.setTimer(handlers.opened, ROUND_TRIP_MS)
    return socket
  }

  /** The log from one version on, as a page that follows the cursor there. */
  delta(space: SpaceId, replica: ReplicaId, after: number): unknown {
    const message = this.#pull(
      { epoch: this.epoch, replica, space, schema: this.#schema, cursor: `c${after}`, waiting: [], bytesMax: 0 },
      0,
    )
    return 'body' in message ? message.body : null
  }

  /** Never answers; the device gives up. */
  silence(options: RequestOptions): Promise<Exchange> {
    return new Promise((resolve) => options.signal.addEventListener('abort', () => resolve({ type: 'aborted' })))
  }

  #passes({ signal }: RequestOptions, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#time.setTimer(resolve, ms)
      signal.addEventListener('abort', () => {
        cancel()
        resolve()
      })
    })
  }

  #honest(path: RequestPath, body: unknown): Exchange {
    const message = this.#answer(path, body)
    return 'status' in message
      ? { type: 'problem', problem: message, bytes: 300, durationMs: ROUND_TRIP_MS }
      : { type: 'answered', body: message.body, bytes: JSON.stringify(message.body).length, durationMs: ROUND_TRIP_MS }
  }

  #answer(path: RequestPath, body: unknown): ReturnType<Answer> {
    const hubTimeMs = this.#time.nowMs + this.aheadMs
    const heads = [...this.#logs.keys()].map((space) => ({ space, head: this.head(space) }))
    const { version, fingerprint } = this.#schema
    switch (path) {
      case 'hello':
        return {
          body: encodeHelloAnswer({
            epoch: this.epoch,
            hubTimeMs,
            account: this.account,
            schema: { version, fingerprint },
            spaces: heads.map((head) => ({ ...head, durableThrough: 0, role: 'owner' as const })),
          }),
        }
      case 'poll':
        return { body: encodePollAnswer({ epoch: this.epoch, replica: 'A'.repeat(22) as ReplicaId, hubTimeMs, heads }) }
      case 'push':
        return this.#push(decoded(decodePushRequest(body)), hubTimeMs)
      case 'pull':
        return this.#pull(decoded(decodePullRequest(body)), hubTimeMs)
      case 'digest':
      case 'range':
        return problem('path.unknown')
    }
  }

  #push(request: PushRequest, hubTimeMs: number): ReturnType<Answer> {
    const { space, replica, cursor } = request
    if (request.epoch !== null && request.epoch !== this.epoch) return problem('epoch', { epoch: this.epoch })
    const before = this.head(space)
    const verdicts = request.changes.map((change) => this.#verdict(space, change))
    const head = this.head(space)
    const stands = cursor === `c${before}` ? `c${head}` : null
    const answer: PushAnswer = {
      epoch: this.epoch,
      replica,
      space,
      hubTimeMs,
      account: this.account,
      verdicts,
      head,
      cursor: stands,
      durableThrough: 0,
    }
    return { body: encodePushAnswer(answer) }
  }

  #verdict(space: SpaceId, { content, attempt, park }: PushedChange): Verdict {
    const known = this.#verdicts.get(content.intent)
    if (known !== undefined && known.attempt >= attempt) return known
    const contentHash = contentHashOf(sha256, contentText(content))
    const name = nameOf(content.intent, contentHash)
    const verdict: Verdict = park
      ? { type: 'rejected', name, contentHash, attempt, code: 'hub.fault', message: 'The hub failed on this.' }
      : { ...this.#apply(space, { name, content }), name, contentHash, attempt }
    this.#verdicts.set(content.intent, verdict)
    return verdict
  }

  #apply(
    space: SpaceId,
    { name, content }: { readonly name: Verdict['name']; readonly content: PushedChange['content'] },
  ): { readonly type: 'applied'; readonly version: number; readonly receipt: Extract<Verdict, { type: 'applied' }>['receipt'] } {
    const { intent, stamp } = content
    this.applied.set(intent, (this.applied.get(intent) ?? 0) + 1)
    this.add(space, { name, content, by: this.account, effectiveStamp: stamp, hubStamp: stamp, unverified: false, awaits: [] })
    return { type: 'applied', version: this.head(space), receipt: { effectiveStamp: stamp, hubStamp: stamp, mac: 'A'.repeat(22) } }
  }

  #pull({ epoch, replica, space, cursor, waiting }: PullRequest, hubTimeMs: number): ReturnType<Answer> {
    if (epoch !== null && epoch !== this.epoch) return problem('epoch', { epoch: this.epoch })
    const log = this.#logs.get(space)
    if (log === undefined) return problem('space.unknown')
    const after = Number(cursor?.slice(1) ?? 0)
    if (after > log.length) return problem('epoch', { epoch: (this.epoch = `${this.epoch} restored`) })
    const entries = log.slice(after, after + this.pageEntries)
    const end = after + entries.length
    const verdicts = waiting.flatMap((intent) => this.#verdicts.get(intent) ?? [])
    const head = log.length
    const page = { epoch: this.epoch, replica, space, hubTimeMs, from: cursor, cursor: `c${end}`, more: end < head, head, verdicts }
    return { body: encodePage({ ...page, body: { type: 'log', entries }, durableThrough: 0 }) }
  }
}

type Answer = (path: RequestPath, body: unknown) => { readonly body: unknown } | Problem

/** A socket whose hub side a test holds in its hands. */
export class FakeSocket implements Socket {
  /** Says nothing while set: the other side is gone, and nobody noticed. */
  isDead = false
  isClosed = false
  /** How long an answer takes. */
  delayMs = ROUND_TRIP_MS
  readonly #handlers: SocketHandlers
  readonly #time: VirtualTime
  readonly #answer: Answer

  constructor(handlers: SocketHandlers, time: VirtualTime, answer: Answer) {
    this.#handlers = handlers
    this.#time = time
    this.#answer = answer
  }

  send(text: string): void {
    const frame = decoded(decodeLiveFrame(JSON.parse(text)))
    if (this.isDead || frame.type !== 'request') return
    // What is pushed is done when it arrives; what is pulled stands as it is when the answer goes.
    const message = frame.path === 'pull' ? null : this.#answer(frame.path, frame.body)
    this.#time.setTimer(() => this.#reply(frame.id, message ?? this.#answer(frame.path, frame.body)), this.delayMs)
  }

  #reply(id: string, message: ReturnType<Answer>): void {
    const answer = 'status' in message ? { status: message.status, body: message } : { status: 200, body: message.body }
    if (!this.isClosed) this.#handlers.received(JSON.stringify(encodeLiveFrame({ type: 'answer', id, ...answer })))
  }

  /** Says something unasked. */
  say(frame: unknown, afterMs = 1): void {
    this.sayText(JSON.stringify(frame), afterMs)
  }

  sayText(text: string, afterMs = 1): void {
    this.#time.setTimer(() => this.isClosed || this.#handlers.received(text), afterMs)
  }

  close(): void {
    this.isClosed = true
  }

  /** The hub, or the network, ends it. */
  break(): void {
    if (!this.isClosed) this.#handlers.closed({})
  }
}

export const saying = (code: ProblemCode, extra: Parameters<typeof problem>[1] = {}): Exchange => ({
  type: 'problem',
  problem: problem(code, extra),
  bytes: 300,
  durationMs: ROUND_TRIP_MS,
})

function decoded<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: object }): T {
  if (!result.ok) throw new Error(`a request cannot be read: ${JSON.stringify(result.error)}`)
  return result.value
}
