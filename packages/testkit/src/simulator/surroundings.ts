/**
 * What everyone in a world has around them: time, chance, the hub, the accounts, the books that are kept, and the first promise that was
 * broken. It knows nobody; the world (world.ts) puts people and devices into it.
 */
import { problem, type SpaceId } from '@tombolo/core'
import { StorageError } from '@tombolo/client/testing'
import { Wire } from './adversary/wire.ts'
import { Agenda } from './agenda.ts'
import type { App } from './app.ts'
import { Broken } from './broken.ts'
import { Coverage } from './coverage.ts'
import { Killed } from './device/disk.ts'
import type { Fault } from './faults.ts'
import { HubSite, type Said } from './hub/site.ts'
import { Bounds } from './invariants/bounds.ts'
import { Chains } from './invariants/chains.ts'
import { Counted } from './invariants/sums.ts'
import type { DevicePlan, Plan } from './plan.ts'
import { type Dice, diceOf } from './random.ts'
import { type Counter, countersOf } from './reference/increments.ts'
import { Trace, type TraceMode } from './trace.ts'
import { Truth } from './truth.ts'

/** How often the hub's app, as it is started, refuses more than the devices' do. */
export const STRICT_SHARE = 0.6
const START_MS = Date.UTC(2026, 10, 1)

/** The devices that there are, for those who make more of them. */
export interface Crowd {
  readonly size: () => number
  /** Another device; `image`: what is on its disk already. */
  readonly join: (plan: DevicePlan, image: Uint8Array | null) => Promise<unknown>
  /** What is on another device of the account gives way to a copy of this one. */
  readonly overwrite: (by: DevicePlan, image: Uint8Array) => Promise<unknown>
  /** All devices of an account are used at once: whoever has made a copy of one looks whether it works. */
  readonly meet: (account: string) => void
}

export class Surroundings {
  readonly app: App
  readonly plan: Plan
  readonly agenda: Agenda
  readonly trace: Trace
  readonly coverage: Coverage = new Coverage()
  readonly truth: Truth = new Truth()
  readonly counted: Counted
  readonly wire: Wire = new Wire(() => this.agenda.nowMs)
  readonly counters: readonly Counter[]
  readonly bounds: Bounds
  readonly chains: Chains = new Chains((what) => this.breaks('I-GAP', what))
  readonly hub: HubSite
  /** Everything went well again. */
  isHealed = false
  /** The hub's app refuses more than the devices' do. Now and then it is relaxed. */
  isStrict: boolean
  crowd: Crowd = { size: () => 0, join: async () => undefined, overwrite: async () => undefined, meet: () => undefined }
  #failure: unknown = null
  readonly #enabled: ReadonlySet<Fault>
  readonly #tokens = new Map<string, string>()
  readonly #spaces = new Map<string, readonly SpaceId[]>()
  #issued = 0

  constructor(app: App, plan: Plan, mode: TraceMode) {
    this.app = app
    this.plan = plan
    this.counters = countersOf(app)
    this.counted = new Counted(this.counters)
    this.#enabled = new Set(plan.faults)
    this.isStrict = this.dice('strict').chance(STRICT_SHARE)
    this.agenda = new Agenda(START_MS, this.dice('schedule'))
    this.trace = new Trace(mode, () => this.agenda.nowMs)
    this.bounds = new Bounds(
      () => this.agenda.nowMs,
      (what) => this.breaks('I-BOUND', what),
    )
    this.hub = new HubSite({
      agenda: this.agenda,
      dice: this.dice('hub'),
      trace: this.trace,
      coverage: this.coverage,
      accountOf: (token) => this.accountOf(token),
    })
    this.hub.forgets = this.#enabled.has('tombstones collected')
  }

  /** The stream of chance of that name. */
  dice(stream: string): Dice {
    return diceOf(this.plan.seed, stream)
  }

  /** Draws whether a fault happens now. It draws also where the fault is off, so that the other draws stay what they are. */
  mayHappen(fault: Fault, dice: Dice, share: number): boolean {
    const isDrawn = dice.chance(share * this.plan.intensity)
    return isDrawn && this.isPossible(fault)
  }

  isPossible(fault: Fault): boolean {
    return !this.isHealed && this.#enabled.has(fault)
  }

  // ── what holds ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Remembers the first promise that was broken where nobody could be told. */
  breaks(invariant: string, what: string): void {
    this.#failure ??= new Broken(invariant, what)
  }

  fails(error: unknown): void {
    this.#failure ??= error
  }

  /** Time passes; throws what went wrong meanwhile. */
  async pass(ms: number): Promise<void> {
    const endMs = this.agenda.nowMs + ms
    while (this.agenda.nowMs < endMs) {
      await this.agenda.until(Math.min(endMs, this.agenda.nowMs + CHECK_MS))
      if (this.#failure !== null) throw this.#failure
    }
  }

  /** Time stands still while this runs. */
  during(work: Promise<unknown>): void {
    this.agenda.during(work.catch((error: unknown) => this.fails(error)))
  }

  /** A device reports what should never happen. Where its disk was made to fail, that is expected. */
  reported({ name }: { readonly name: string }, error: unknown): void {
    if (error instanceof Killed || error instanceof StorageError) return
    this.trace.note(name, 'reports', () => String(error))
    this.fails(error instanceof Error ? new Broken('I-QUIET', `${name}: ${error.stack ?? error.message}`) : error)
  }

  // ── accounts ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  issue(account: string): string {
    const token = `${account}-${++this.#issued}`
    this.#tokens.set(token, account)
    return token
  }

  /** Whose token it is; null once it has expired. */
  accountOf(token: string): string | null {
    return this.#tokens.get(token) ?? null
  }

  expire(token: string): void {
    this.#tokens.delete(token)
  }

  /** What the hub says to a token that was good once. */
  expired(): Said {
    this.coverage.meets('token expires')
    const { status, ...rest } = problem('auth.expired', {})
    return { status, text: JSON.stringify({ status, ...rest }) }
  }

  spacesOf(account: string): readonly SpaceId[] {
    return this.#spaces.get(account) ?? []
  }

  settle(account: string, spaces: readonly SpaceId[]): void {
    this.#spaces.set(account, spaces)
  }
}

/** A broken promise ends the run within this time. */
const CHECK_MS = 3_600_000
