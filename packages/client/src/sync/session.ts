/**
 * State shared by the exchanges of one run: the store, the transport, and facts learnt from the hub that are not stored. None of it is
 * needed for correctness after a crash: it is learnt again.
 */
import {
  type Epoch,
  type HelloAnswer,
  type Intent,
  type Problem,
  type SchedulerEvent,
  type SchemaIdentity,
  type Search,
  type SpaceId,
  type SpaceStanding,
  type Wire,
} from '@tombolo/core'
import type { LocalStore } from '../engine/local-store.ts'
import { within } from '../platform/within.ts'
import { type ClockEstimate, estimateClock } from './clock.ts'
import type { SyncOptions, SyncPorts } from './options.ts'
import type { TextLoader } from './text.ts'
import type { Exchange, RequestPath } from './transport.ts'

/** Problems of a space that are over when the hub names it again. */
const REFUSED_ALTOGETHER: ReadonlySet<string> = new Set(['space.unknown', 'access.revoked'])

export interface SessionOptions extends SyncPorts {
  readonly store: LocalStore
  readonly text: TextLoader
  /** Which spaces of the account this device holds. */
  readonly wants: (space: SpaceId) => boolean
  readonly kept: SyncOptions['kept'] | undefined
  /** Lets other work go first. */
  readonly pause: () => Promise<void>
  readonly request: (path: RequestPath, body: Wire, timeoutMs: number, signal: AbortSignal) => Promise<Exchange>
}

/** The progress of the first load of a space, in versions. */
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

const OVERDUE_WAIT_MS = 10 * 60 * 1000
/** A browser may never say whether it kept something. What it was asked to keep is safer with the hub than in memory alone. */
const KEPT_WITHIN_MS = 10_000

export interface Asked {
  readonly exchange: Exchange
  /** Whether no push was answered in the meantime, so that the hub's answer takes every verdict here into account. */
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
  /** The change that the hub last failed on in a space, if it named one [P3]. */
  readonly suspects: Map<SpaceId, Intent> = new Map()
  /** The hub's last problem about a space. */
  readonly problems: Map<SpaceId, Problem> = new Map()
  /** The newest head received for each space of the account, also for spaces that this device does not hold. */
  readonly heads: Map<SpaceId, number> = new Map()
  readonly loading: Map<SpaceId, Loading> = new Map()
  /** Searches for records that differ, each at a version of its space [Q5]. */
  readonly searches: Map<SpaceId, { readonly version: number; readonly search: Search }> = new Map()
  /** Counts of this run. */
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

  /** Takes the hub's time from an answer [C1]. */
  heard(hubTimeMs: number, { sentAtMs, receivedAtMs }: Asked, account: string | null): void {
    this.#clock = estimateClock(this.#clock, { sentAtMs, receivedAtMs, hubTimeMs })
    this.store.hub.heardTime(this.#clock.offsetMs, account)
  }

  /** Enters a new epoch and announces all spaces to the scheduler again. */
  enterEpoch(epoch: Epoch): readonly SchedulerEvent[] {
    if (epoch === this.store.state.epoch) return []
    const isFirst = this.store.state.epoch === null
    this.store.hub.enterEpoch(epoch)
    if (isFirst) return []
    for (const { id } of this.store.state.spaces.all()) this.store.hub.checks.expire(id)
    return this.reopened()
  }

  /** The hub has another history: nothing that was found by comparing records with it counts any more. */
  reopened(): readonly SchedulerEvent[] {
    this.searches.clear()
    return this.announcedAnew()
  }

  /** Every space is announced to the scheduler again. */
  announcedAnew(): readonly SchedulerEvent[] {
    this.heads.clear()
    this.loading.clear()
    return this.store.state.spaces.all().flatMap(({ id }) => this.announced(id))
  }

  /** The events that announce a space to the scheduler, and its next check, unless the account has no role in it any more. */
  announced(space: SpaceId): readonly SchedulerEvent[] {
    const isLeft = this.store.state.spaces.find(space)?.role === 'none'
    return isLeft ? [this.opened(space)] : [this.opened(space), this.planned(space)]
  }

  /** Plans the next check of a space. One that is overdue waits a little, so that it is not in the way when an app is opened. */
  planned(space: SpaceId, waitMs: number = Math.floor(this.#options.random() * OVERDUE_WAIT_MS)): SchedulerEvent {
    return { type: 'checkPlanned', space, at: Math.max(this.store.hub.checks.dueAt(space), this.#options.nowMs() + waitMs) }
  }

  /** Resolves when what is sealed is where this device finds it again, or cannot be, or may never be. */
  async kept(): Promise<void> {
    const { kept, setTimer, onError } = this.#options
    if (kept !== undefined) await within(kept().catch(onError), KEPT_WITHIN_MS, setTimer)
  }

  pause(): Promise<void> {
    return this.#options.pause()
  }

  opened(space: SpaceId): Extract<SchedulerEvent, { type: 'spaceOpened' }> {
    const known = this.store.state.spaces.find(space)
    const { changes } = this.store.state
    const queued = changes.inSpace(space).unansweredCount > 0
    const isLoaded = known !== undefined && !known.rebuilding && (known.created || known.completeAt !== null)
    const wanted = known?.role !== 'none' && (known?.joining ?? null) === null && (!isLoaded || changes.unreceipted(space).length > 0)
    return { type: 'spaceOpened', space, at: this.versionOf(space), queued, wanted }
  }

  /** The version up to which the device holds the hub's present history. */
  versionOf(space: SpaceId): number {
    const known = this.store.state.spaces.find(space)
    return known === undefined || known.rebuilding ? 0 : known.version
  }

  /** What the hub says of the account's roles. A space without one is not read again, but what waits in it still gets its verdicts [W5]. */
  rolesHeard(roles: readonly Pick<SpaceStanding, 'space' | 'role'>[]): readonly SchedulerEvent[] {
    const before = new Map(roles.map(({ space }) => [space, this.store.state.spaces.find(space)?.role]))
    for (const { space, role } of roles) this.store.hub.roleHeard(space, role)
    const lost = roles.filter(({ space, role }) => role === 'none' && before.get(space) !== undefined && before.get(space) !== 'none')
    for (const { space } of lost) {
      this.heads.delete(space)
      this.loading.delete(space)
      this.searches.delete(space)
    }
    return lost.flatMap(({ space }) => [{ type: 'spaceClosed', space } as const, this.opened(space)])
  }

  /** Wants a push of every space with changes to send again: they count as offered, so no commit tells of them as new. */
  toSend(): readonly SchedulerEvent[] {
    const { changes, spaces } = this.store.state
    const waiting = spaces.all().filter(({ id }) => changes.inSpace(id).queued.size > 0)
    return waiting.map(({ id }) => ({ type: 'sealed', space: id }))
  }

  /** Takes heads from the hub. Adds spaces that are new to this device; resumes spaces that the hub did not know before. */
  headsHeard(heads: readonly Head[]): readonly SchedulerEvent[] {
    const fresh = heads.filter(
      ({ space }) => this.wants(space) && !this.heads.has(space) && this.store.state.spaces.find(space) === undefined,
    )
    const found = heads.filter(({ space }) => REFUSED_ALTOGETHER.has(this.problems.get(space)?.code ?? ''))
    const held = heads.filter(({ space }) => this.wants(space))
    const events: readonly SchedulerEvent[] = [
      ...found.map(({ space }) => ({ type: 'resumed', space }) as const),
      ...fresh.flatMap(({ space }) => this.announced(space)),
      ...(held.length === 0 ? [] : [{ type: 'headsSeen', heads: held } as const]),
    ]
    // Last, so that a space whose news the disk kept from being told is new again the next time.
    for (const { space, head } of heads) this.heads.set(space, head)
    for (const { space } of found) this.problems.delete(space)
    return events
  }

  /**
   * Handles heads older than those received before: the hub may have been restored from a backup. A pull finds out, and changes that the
   * hub lost are sent again [Q3].
   */
  headsFellBack(heads: readonly Head[]): readonly SchedulerEvent[] {
    const fallen = this.#fallen(heads)
    for (const { space, head } of fallen) this.store.hub.hubIsBehind(space, head)
    return fallen.map(({ space }) => ({ ...this.opened(space), wanted: true }))
  }

  /** Whether the hub tells of another history than this device has read, or of less of it. */
  hasLost(epoch: Epoch, heads: readonly Head[]): boolean {
    return epoch !== this.store.state.epoch || this.#fallen(heads).length > 0
  }

  #fallen(heads: readonly Head[]): readonly Head[] {
    const { spaces } = this.store.state
    return heads.filter(({ space, head }) => head < Math.max(this.versionOf(space), spaces.find(space)?.head ?? 0))
  }

  /**
   * Pulls spaces of which the hub says that more is durable, also where nothing moves any more. A hello speaks of the history that the hub
   * has now; that it is the one that this device has read is proved by a page alone, which follows its cursor [P6].
   */
  durableHeard(spaces: HelloAnswer['spaces']): readonly SchedulerEvent[] {
    const isNews = ({ space, durableThrough }: HelloAnswer['spaces'][number]): boolean => {
      const known = this.store.state.spaces.find(space)
      return known !== undefined && !known.rebuilding && durableThrough > known.durable
    }
    return spaces.filter(isNews).map(({ space }) => ({ ...this.opened(space), wanted: true }))
  }

  /** Whether one of these heads is beyond what this device has or knows to be coming. */
  isNews(heads: readonly Head[]): boolean {
    return heads.some(({ space, head }) => this.wants(space) && head > Math.max(this.versionOf(space), this.heads.get(space) ?? -1))
  }
}
