/**
 * A world: one hub, the devices of a few accounts, the people who use them, and whatever may go wrong, in virtual time. Everything random in
 * it comes from the seed of its plan.
 */
import type { Cursor, SpaceId } from '@tombolo/core'
import type { App } from './app.ts'
import { Device } from './device/device.ts'
import { Misfortunes } from './device/misfortunes.ts'
import { Groups, nothingIsRevived } from './invariants/commits.ts'
import { DeviceChecks } from './invariants/device.ts'
import { Exchanges } from './invariants/exchanges.ts'
import { goesOnFrom, type Horizon, saysWhatIsSo } from './invariants/said.ts'
import { nothingCameBack, Witness } from './invariants/seen.ts'
import { Person, type SharedScreens } from './people/person.ts'
import type { DevicePlan, Plan } from './plan.ts'
import { Surroundings } from './surroundings.ts'
import type { TraceMode } from './trace.ts'

export class World extends Surroundings {
  readonly people: Person[] = []
  readonly witness: Witness = new Witness(this.truth)
  readonly #groups = new Groups()
  readonly #checks = new Map<Device, DeviceChecks>()

  constructor(app: App, plan: Plan, mode: TraceMode) {
    super(app, plan, mode)
    this.crowd = {
      size: () => this.people.length,
      join: (device, image) => this.join(device, image),
      overwrite: (by, image) => this.#overwrite(by, image),
      meet: (account) => this.meet(account),
    }
  }

  get devices(): readonly Device[] {
    return this.people.map(({ device }) => device)
  }

  async begin(): Promise<void> {
    this.hub.onCommit = ({ spaces }) => {
      for (const effects of spaces)
        this.#within(() => {
          nothingIsRevived(this.hub, effects)
          this.#groups.commits(effects)
        })
      for (const effects of spaces) this.#within(() => nothingCameBack(this, effects))
    }
    const now = {
      isRestorable: (epoch: string) => this.hub.isYoung(epoch),
      space: (id: string) => this.hub.ledger.spaces.get(id as SpaceId),
      nowMs: () => this.agenda.nowMs,
      place: (cursor: Cursor) => this.hub.placeOf(cursor),
    }
    this.hub.onAnswer = (request, answer) => this.#within(() => saysWhatIsSo(request, answer, now))
    this.hub.onPage = (request, asked) => {
      const later = this.hub.horizons()
      const horizonOf = (space: SpaceId): Horizon => ({ asked: asked.get(space) ?? 0, now: later.get(space) ?? 0 })
      this.#within(() => goesOnFrom(request, now, horizonOf))
    }
    await this.hub.start((this.isStrict ? this.app.hub : this.app.device)[this.plan.upgradeDay === null ? 2 : 1])
    for (const plan of this.plan.devices) await this.join(plan, null)
  }

  async join(plan: DevicePlan, image: Uint8Array | null): Promise<void> {
    const device = await Device.make(this, plan, image)
    this.people.push(new Person(device, this.witness))
    const checks = new DeviceChecks(device)
    this.#checks.set(device, checks)
    device.listener = new Exchanges(device, checks)
    new Misfortunes(device).begin()
    if (this.spacesOf(plan.account).length === 0)
      this.settle(
        plan.account,
        Array.from({ length: this.plan.spacesPerAccount }, () => device.newSpace()),
      )
    await device.open()
  }

  /** The people of an account work at once, with the same before them. */
  meet(account: string): void {
    const shared: SharedScreens = new Map()
    for (const person of this.people) if (person.device.plan.account === account) person.comes(shared)
  }

  async #overwrite({ account, name, appVersion }: DevicePlan, image: Uint8Array): Promise<void> {
    const other = this.devices.find((device) => device.plan.account === account && device.name !== name && !device.plan.mirrored)
    if (other === undefined) return
    this.truth.forgive(other.intents())
    other.die()
    if (appVersion === 2) other.appVersion = 2
    await other.replaceDisk(image)
    other.openLater()
  }

  /** What must hold on a device at any moment, on those that can be looked at. */
  checkDevices(): void {
    for (const { questions } of this.people) questions.areAnswered()
    for (const [device, checks] of this.#checks) if (device.isOpen) checks.check()
  }

  /** Of what breaks here whoever caused it is not told. */
  #within(check: () => void): void {
    try {
      check()
    } catch (error) {
      this.fails(error)
    }
  }
}
