/**
 * A hub in a few lines, for tests of the sync runner: it applies whatever it is sent, once, and keeps a log. It can be told what to say
 * instead; who meets the real hub is the testkit.
 */
import {
  contentHashOf,
  contentText,
  decodePullRequest,
  decodePushRequest,
  encodeHelloAnswer,
  encodePage,
  encodePollAnswer,
  encodePushAnswer,
  type Intent,
  type LogEntry,
  nameOf,
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

  openLive({ closed }: SocketHandlers): Socket {
    this.#time.setTimer(() => closed({}), 1)
    return { send: () => undefined, close: () => undefined }
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

  #answer(path: RequestPath, body: unknown): { readonly body: unknown } | ReturnType<typeof problem> {
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
            spaces: heads,
          }),
        }
      case 'poll':
        return { body: encodePollAnswer({ epoch: this.epoch, replica: 'A'.repeat(22) as ReplicaId, hubTimeMs, heads }) }
      case 'push':
        return this.#push(decoded(decodePushRequest(body)), hubTimeMs)
      case 'pull':
        return this.#pull(decoded(decodePullRequest(body)), hubTimeMs)
    }
  }

  #push(request: PushRequest, hubTimeMs: number): { readonly body: unknown } | ReturnType<typeof problem> {
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

  #pull(
    { epoch, replica, space, cursor, waiting }: PullRequest,
    hubTimeMs: number,
  ): { readonly body: unknown } | ReturnType<typeof problem> {
    if (epoch !== null && epoch !== this.epoch) return problem('epoch', { epoch: this.epoch })
    const log = this.#logs.get(space)
    if (log === undefined) return problem('space.unknown')
    const after = Number(cursor?.slice(1) ?? 0)
    const entries = log.slice(after, after + this.pageEntries)
    const end = after + entries.length
    const verdicts = waiting.flatMap((intent) => this.#verdicts.get(intent) ?? [])
    const head = log.length
    const page = { epoch: this.epoch, replica, space, hubTimeMs, from: cursor, cursor: `c${end}`, more: end < head, head, verdicts }
    return { body: encodePage({ ...page, body: { type: 'log', entries }, durableThrough: 0 }) }
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
