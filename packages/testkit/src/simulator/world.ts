/**
 * A world: one hub, the devices of a few accounts, the people who use them, and whatever may go wrong, in virtual time. Everything random in
 * it comes from the seed of its plan.
 */
import { problem, type SpaceId } from '@tombolo/core'
import { StorageError } from '@tombolo/client/testing'
import { Wire } from './adversary/wire.ts'
import { Agenda } from './agenda.ts'
import { Broken } from './broken.ts'
import { Coverage } from './coverage.ts'
import { Device } from './device/device.ts'
import { Killed } from './device/disk.ts'
import type { Fault } from './faults.ts'
import { HubSite, type Said } from './hub/site.ts'
import { Bounds } from './invariants/bounds.ts'
import { afterSave } from './invariants/saves.ts'
import { Witness } from './invariants/seen.ts'
import { Person } from './people/person.ts'
import type { DevicePlan, Plan } from './plan.ts'
import { type Dice, diceOf } from './random.ts'
import { hubApp } from './schema.ts'
import { Trace, type TraceMode } from './trace.ts'
import { Truth } from './truth.ts'

const START_MS = Date.UTC(2026, 10, 1)

export class World {
  readonly plan: Plan
  readonly agenda: Agenda
  readonly trace: Trace
  readonly coverage: Coverage = new Coverage()
  readonly truth: Truth = new Truth()
  readonly witness: Witness = new Witness()
  readonly wire: Wire
  readonly bounds: Bounds
  readonly hub: HubSite
  readonly people: Person[] = []
  /** Everything went well again. */
  isHealed = false
  #failure: unknown = null
  readonly #enabled: ReadonlySet<Fault>
  readonly #tokens = new Map<string, string>()
  readonly #spaces = new Map<string, SpaceId[]>()
  #issued = 0

  constructor(plan: Plan, mode: TraceMode) {
    this.plan = plan
    this.#enabled = new Set(plan.faults)
    this.agenda = new Agenda(START_MS, this.dice('schedule'))
    this.trace = new Trace(mode, () => this.agenda.nowMs)
    this.bounds = new Bounds(this)
    this.wire = new Wire(this)
    this.hub = new HubSite({
      agenda: this.agenda,
      dice: this.dice('hub'),
      trace: this.trace,
      coverage: this.coverage,
      accountOf: (token) => this.accountOf(token),
    })
  }

  get devices(): readonly Device[] {
    return this.people.map(({ device }) => device)
  }

  async begin(): Promise<void> {
    this.hub.forgets = this.#enabled.has('tombstones collected')
    await this.hub.start(hubApp[this.plan.upgradeDay === null ? 2 : 1])
    for (const plan of this.plan.devices) await this.join(plan, null)
  }

  /** Another device; `image`: what is on its disk already. */
  async join(plan: DevicePlan, image: Uint8Array | null): Promise<Device> {
    const device = await Device.make(this, plan, image)
    this.people.push(new Person(device))
    this.#firstSpaces(device)
    await device.open()
    return device
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
  reported(device: Device, error: unknown): void {
    if (error instanceof Killed || error instanceof StorageError) return
    this.trace.note(device.name, 'reports', () => String(error))
    this.fails(error instanceof Error ? new Broken('I-QUIET', `${device.name}: ${error.stack ?? error.message}`) : error)
  }

  /** A device confirmed a batch to its person, or refused it. */
  saved(device: Device, batch: Parameters<typeof afterSave>[1], answer: Parameters<typeof afterSave>[2]): void {
    try {
      afterSave(device, batch, answer)
    } catch (error) {
      this.fails(error)
    }
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

  #firstSpaces(device: Device): void {
    if (this.#spaces.has(device.plan.account)) return
    this.#spaces.set(
      device.plan.account,
      Array.from({ length: this.plan.spacesPerAccount }, () => device.newSpace()),
    )
  }
}

/** A broken promise ends the run within this time. */
const CHECK_MS = 3_600_000
