/**
 * What the exchanges of one run share: the store, the way to the hub, and what was learnt that is not worth a place on disk.
 *
 * Nothing here is needed for correctness after a crash: it is learnt again.
 */
import { type Epoch, type Intent, type Problem, type SchedulerEvent, type SchemaIdentity, type SpaceId, type Wire } from '@tombolo/core'
import type { LocalStore } from '../engine/local-store.ts'
import { type ClockEstimate, estimateClock } from './clock.ts'
import type { TextLoader } from './text.ts'
import type { Exchange, RequestPath } from './transport.ts'

export interface SessionOptions {
  readonly store: LocalStore
  readonly text: TextLoader
  /** Which spaces of the account this device holds. */
  readonly wants: (space: SpaceId) => boolean
  readonly nowMs: () => number
  readonly request: (path: RequestPath, body: Wire, timeoutMs: number, signal: AbortSignal) => Promise<Exchange>
}

/** How far the first load of a space is, as shares of its versions. */
export interface Loading {
  readonly space: SpaceId
  readonly done: number
  readonly total: number
}

export interface Tally {
  /** Answers to hellos, and to pushes. */
  greetings: number
  pushes: number
  /** Changes and records. */
  received: number
}

export interface Asked {
  readonly exchange: Exchange
  /** Whether no push was answered meanwhile: then what the hub said holds for every verdict that is here. */
  readonly isLatest: boolean
  readonly sentAtMs: number
  readonly receivedAtMs: number
}

export interface Head {
  readonly space: SpaceId
  readonly head: number
}

export class Session {
  readonly store: LocalStore
  readonly text: TextLoader
  readonly wants: (space: SpaceId) => boolean
  /** What the hub last failed on in a space, if it named it [P3]. */
  readonly suspects: Map<SpaceId, Intent> = new Map()
  /** What the hub last said instead of an answer about a space. */
  readonly problems: Map<SpaceId, Problem> = new Map()
  /** The newest head that was heard of each space of the account, also of those that this device does not hold. */
  readonly heads: Map<SpaceId, number> = new Map()
  readonly loading: Map<SpaceId, Loading> = new Map()
  /** What came in this run. */
  readonly tally: Tally = { greetings: 0, pushes: 0, received: 0 }
  readonly #options: SessionOptions
  #clock: ClockEstimate | null = null

  constructor(options: SessionOptions) {
    this.#options = options
    this.store = options.store
    this.text = options.text
    this.wants = options.wants
  }

  get schema(): SchemaIdentity {
    const { version, fingerprint } = this.store.state.schema
    return { version, fingerprint }
  }

  async ask(path: RequestPath, body: Wire, timeoutMs: number, signal: AbortSignal): Promise<Asked> {
    const asked = await this.asking(() => this.#options.request(path, body, timeoutMs, signal))
    const { exchange } = asked
    if (exchange.type === 'problem' && exchange.hubTimeMs !== undefined && !signal.aborted) this.heard(exchange.hubTimeMs, asked, null)
    return asked
  }

  async asking(request: () => Promise<Exchange>): Promise<Asked> {
    const sentAtMs = this.#options.nowMs()
    const { pushes } = this.tally
    const exchange = await request()
    return { exchange, sentAtMs, receivedAtMs: this.#options.nowMs(), isLatest: pushes === this.tally.pushes }
  }

  /** An answer told the hub's time [C1]. */
  heard(hubTimeMs: number, { sentAtMs, receivedAtMs }: Asked, account: string | null): void {
    this.#clock = estimateClock(this.#clock, { sentAtMs, receivedAtMs, hubTimeMs })
    this.store.heardTime(this.#clock.offsetMs, account)
  }

  /** Everything about the spaces is another history's: it is told anew. */
  enterEpoch(epoch: Epoch): readonly SchedulerEvent[] {
    if (epoch === this.store.state.epoch) return []
    const isFirst = this.store.state.epoch === null
    this.store.enterEpoch(epoch)
    return isFirst ? [] : this.reopened()
  }

  reopened(): readonly SchedulerEvent[] {
    this.heads.clear()
    this.loading.clear()
    return this.store.state.spaces.all().map(({ id }) => this.opened(id))
  }

  /** How a space stands, for a scheduler that knows nothing of it. */
  opened(space: SpaceId): Extract<SchedulerEvent, { type: 'spaceOpened' }> {
    const known = this.store.state.spaces.find(space)
    const queued = this.store.state.changes.inSpace(space).unansweredCount > 0
    const wanted = known === undefined || known.rebuilding || (!known.created && known.completeAt === null)
    return { type: 'spaceOpened', space, at: this.versionOf(space), queued, wanted }
  }

  /** The version that the device holds of the hub's present history. */
  versionOf(space: SpaceId): number {
    const known = this.store.state.spaces.find(space)
    return known === undefined || known.rebuilding ? 0 : known.version
  }

  /** Heads that the hub told of, one way or another. Spaces that are new to this device are taken up; ones that the hub did not know go on. */
  headsHeard(heads: readonly Head[]): readonly SchedulerEvent[] {
    const fresh = heads.filter(
      ({ space }) => this.wants(space) && !this.heads.has(space) && this.store.state.spaces.find(space) === undefined,
    )
    for (const { space, head } of heads) this.heads.set(space, head)
    const found = heads.filter(({ space }) => this.problems.get(space)?.code === 'space.unknown')
    for (const { space } of found) this.problems.delete(space)
    const held = heads.filter(({ space }) => this.wants(space))
    return [
      ...found.map(({ space }) => ({ type: 'resumed', space }) as const),
      ...fresh.map(({ space }) => this.opened(space)),
      ...(held.length === 0 ? [] : [{ type: 'headsSeen', heads: held } as const]),
    ]
  }

  /**
   * The hub says that spaces stand before what it told earlier: it may have been restored from a backup. A pull finds out, and what it
   * had applied and lost goes again [Q3].
   */
  headsFellBack(heads: readonly Head[]): readonly SchedulerEvent[] {
    const { spaces } = this.store.state
    const fallen = heads.filter(({ space, head }) => head < Math.max(this.versionOf(space), spaces.find(space)?.head ?? 0))
    for (const { space, head } of fallen) this.store.hubIsBehind(space, head)
    return fallen.map(({ space }) => ({ ...this.opened(space), wanted: true }))
  }

  /** Whether one of these heads is beyond what this device has or knows to be coming. */
  isNews(heads: readonly Head[]): boolean {
    return heads.some(({ space, head }) => this.wants(space) && head > Math.max(this.versionOf(space), this.heads.get(space) ?? -1))
  }
}
