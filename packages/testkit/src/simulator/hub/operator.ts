/** Whoever runs the hub: restarts it, backs it up and puts old backups back, collects the log, deploys the new app; and clogs of the net. */
import type { Release } from '../app.ts'
import type { Fault } from '../faults.ts'
import { nothingIsLost } from '../invariants/loss.ts'
import type { Dice } from '../random.ts'
import { STRICT_SHARE } from '../surroundings.ts'
import type { World } from '../world.ts'
import { RESTORABLE_MS } from './site.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

type OperatorFault = Extract<Fault, 'restart' | 'old backup' | 'tombstones collected' | 'swizzle-clog'>

const PER_DAY: Readonly<Record<OperatorFault, number>> = {
  restart: 1.5,
  'old backup': 0.7,
  'tombstones collected': 4,
  'swizzle-clog': 0.6,
}
const BACKUPS_PER_DAY = 1.5
/** It was the wrong one: another backup is put back once somebody notices. */
const WRONG_BACKUP_SHARE = 0.5
const WRONG_BACKUP_MS = DAY_MS / 2

export class Operator {
  readonly #world: World
  #appVersion: Release

  constructor(world: World) {
    this.#world = world
    const { upgradeDay } = world.plan
    this.#appVersion = upgradeDay === null ? 2 : 1
    for (const [fault, perDay] of Object.entries(PER_DAY)) this.#befalls(fault as OperatorFault, perDay)
    this.#backUpLater(world.dice('backups'))
    if (upgradeDay !== null) this.#upgradesOn(upgradeDay)
  }

  /** Everything is up, and of the newest version. */
  async heal(): Promise<void> {
    const { hub } = this.#world
    this.#appVersion = 2
    this.#world.isStrict = true
    if (hub.isUp) this.#stop()
    await this.#start()
  }

  /** Nothing that the devices accept is refused any more. */
  async mendApp(): Promise<void> {
    this.#stop()
    this.#world.isStrict = false
    await this.#start()
  }

  #befalls(fault: OperatorFault, perDay: number): void {
    const dice = this.#world.dice(fault)
    const later = (): void => {
      this.#world.agenda.after(dice.wait(DAY_MS / (perDay * this.#world.plan.intensity)), () => {
        if (this.#world.isHealed) return
        if (this.#world.isPossible(fault)) this.#happens(fault, dice)
        later()
      })
    }
    later()
  }

  #happens(fault: OperatorFault, dice: Dice): void {
    const { hub, trace } = this.#world
    if (!hub.isUp) return
    trace.note('operator', fault)
    switch (fault) {
      case 'restart':
        if (this.#world.devices.some(({ line }) => line.inFlight > 0)) this.#world.coverage.meets(fault)
        this.#stop()
        return this.#startLater(dice)
      case 'old backup':
        return this.#putBack(dice)
      case 'tombstones collected':
        return void this.#collect().catch((error: unknown) => this.#world.fails(error))
      case 'swizzle-clog':
        return this.#clog(dice)
    }
  }

  /** Requests to the process get no answer, and its sockets end. */
  #stop(): void {
    this.#world.hub.stop()
    for (const { line } of this.#world.devices) line.cutSockets()
  }

  #start(): Promise<void> {
    const { app, hub } = this.#world
    return hub.start((this.#world.isStrict ? app.hub : app.device)[this.#appVersion])
  }

  #startLater(dice: Dice): void {
    const { agenda, hub } = this.#world
    if (!this.#world.isHealed) this.#world.isStrict = dice.chance(STRICT_SHARE)
    agenda.after(dice.wait(5 * MINUTE_MS), () => {
      if (!hub.isUp) this.#world.during(this.#start())
    })
  }

  #backUpLater(dice: Dice): void {
    this.#world.agenda.after(dice.wait(DAY_MS / BACKUPS_PER_DAY), () => {
      if (this.#world.isHealed) return
      if (this.#world.hub.isUp) this.#world.hub.backUp()
      this.#backUpLater(dice)
    })
  }

  #putBack(dice: Dice): void {
    const { hub, agenda, coverage } = this.#world
    const restorable = hub.backups.filter(({ atMs }) => agenda.nowMs - atMs < RESTORABLE_MS)
    if (restorable.length === 0) return
    const backup = dice.pick(restorable)
    const headsBefore = [...hub.ledger.spaces].map(([space, { head }]) => [space, head] as const)
    this.#stop()
    hub.putBack(backup)
    this.#world.chains.diverge()
    const hasLost = headsBefore.some(([space, head]) => head > (hub.ledger.spaces.get(space)?.head ?? 0))
    if (hasLost) coverage.meets('old backup')
    this.#world.during(nothingIsLost(this.#world))
    this.#startLater(dice)
    if (dice.chance(WRONG_BACKUP_SHARE)) agenda.after(dice.wait(WRONG_BACKUP_MS), () => this.#world.isHealed || this.#putBack(dice))
  }

  /** Old deleted records and the log are forgotten; whoever is behind reads anew, or gets records instead. */
  async #collect(): Promise<void> {
    const { hub, devices, coverage } = this.#world
    await hub.hub.maintain()
    const isBehind = hub.logFloors().some(({ space, floor }) =>
      devices.some(({ disk }) => {
        const version = disk.query('SELECT version FROM _space WHERE id = ?').values(space)[0]?.[0]
        return typeof version === 'number' && version < floor
      }),
    )
    if (isBehind) coverage.meets('tombstones collected')
  }

  /** Clogs some devices one by one, and unclogs them in another order (FoundationDB's name for it). */
  #clog(dice: Dice): void {
    const { agenda, devices } = this.#world
    for (const { line } of devices.filter(() => dice.chance(0.6))) {
      const { weather } = line
      agenda.after(dice.wait(MINUTE_MS), () => {
        if (!this.#world.isHealed) weather.isClogged = true
      })
      agenda.after(2 * MINUTE_MS + dice.wait(10 * MINUTE_MS), () => weather.unclog())
    }
  }

  /** The hub first; each device when its person loads the new app. */
  #upgradesOn(day: number): void {
    const { agenda, hub, devices } = this.#world
    const dice = this.#world.dice('upgrade')
    agenda.after(day * DAY_MS, () => {
      this.#appVersion = 2
      if (this.#world.isHealed || !hub.isUp) return
      this.#stop()
      this.#startLater(dice)
    })
    for (const device of devices) agenda.after((day - 0.2) * DAY_MS + dice.wait(DAY_MS), () => device.upgrade())
  }
}
