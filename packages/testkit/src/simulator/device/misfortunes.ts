/** What goes wrong with a device, each kind from a stream of chance of its own. */
import type { Intent } from '@tombolo/core'
import type { Fault } from '../faults.ts'
import type { Direction } from '../network/weather.ts'
import type { Dice } from '../random.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Device } from './device.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const DEVICES_MAX = 6

/** How often each happens, in times a day. */
const PER_DAY: Readonly<Partial<Record<Fault, number>>> = {
  partition: 0.4,
  bandwidth: 0.4,
  crash: 0.8,
  'kill in transaction': 0.5,
  freeze: 0.6,
  evict: 0.04,
  'partial evict': 0.5,
  quota: 0.2,
  'storage error': 0.4,
  amnesia: 0.4,
  clone: 0.5,
  'old copy': 0.25,
  'clock step': 0.3,
  'clock rate': 0.2,
  'token expires': 0.5,
}

/**
 * More than half of all that befalls a device does so while something happens that it could spoil, which is little of a day: soon after a
 * save, or behind an answer of the hub.
 */
const AIMED_SHARE = 0.65
const BEHIND_ANSWER_SHARE = 0.3
const AIM_MS = 2_000
/** Devices that lie in a drawer for a day or so after they have crashed. */
const DRAWER_SHARE = 0.2
/** Copies that somebody looks at as soon as they are made. */
const TRIED_OUT_SHARE = 0.7

const STEPS_MS = [-3650 * DAY_MS, -DAY_MS, -HOUR_MS, 10 * MINUTE_MS, DAY_MS, 3650 * DAY_MS]
const RATES = [0.5, 0.9, 1.1, 2]
const DIRECTIONS: readonly (readonly Direction[])[] = [['out'], ['in'], ['out', 'in']]

export class Misfortunes {
  readonly #device: Device
  readonly #world: Surroundings
  /** What made the clock wrong, until a save has been stamped by it. */
  #clockFault: Fault | null = null
  /** What waits for the next save, and for the next answer. */
  readonly #aimed: Record<'save' | 'answer', (() => void)[]> = { save: [], answer: [] }

  constructor(device: Device) {
    this.#device = device
    this.#world = device.world
  }

  begin(): void {
    this.#device.onSave = () => this.#saved()
    this.#device.onAnswer = () => this.#strikes('answer')
    for (const [fault, perDay] of Object.entries(PER_DAY)) this.#befalls(fault as Fault, perDay)
  }

  #saved(): void {
    this.#strikes('save')
    if (this.#clockFault === null || !this.#device.clock.isWrong(this.#world.agenda.nowMs)) return
    this.#world.coverage.meets(this.#clockFault)
    this.#clockFault = null
  }

  #strikes(behind: 'save' | 'answer'): void {
    for (const run of this.#aimed[behind].splice(0)) run()
  }

  #befalls(fault: Fault, perDay: number): void {
    const dice = this.#world.dice(`${fault} ${this.#device.name}`)
    const later = (): void => {
      this.#world.agenda.after(dice.wait(DAY_MS / (perDay * this.#world.plan.intensity)), () => {
        if (this.#world.isHealed) return
        if (!dice.chance(AIMED_SHARE)) return happens()
        const behind = dice.chance(BEHIND_ANSWER_SHARE) ? 'answer' : 'save'
        this.#aimed[behind].push(() => void this.#world.agenda.after(dice.wait(AIM_MS), happens))
      })
    }
    const happens = (): void => {
      if (this.#world.isHealed) return
      if (this.#world.isPossible(fault)) this.#happens(fault, dice)
      later()
    }
    later()
  }

  #happens(fault: Fault, dice: Dice): void {
    const { agenda, trace } = this.#world
    const device = this.#device
    const { weather } = device.line
    trace.note(device.name, `meets ${fault}`)
    const ends = (meanMs: number, run: () => void): void => void agenda.after(dice.wait(meanMs), run)
    switch (fault) {
      case 'partition': {
        const directions = dice.pick(DIRECTIONS)
        for (const direction of directions) weather.partitioned.add(direction)
        return ends(20 * MINUTE_MS, () => directions.forEach((direction) => weather.partitioned.delete(direction)))
      }
      case 'bandwidth':
        weather.narrow = { untilMs: agenda.nowMs + dice.wait(HOUR_MS), bytesPerMs: 0.1 }
        return
      case 'crash':
        return this.#crash(dice)
      case 'kill in transaction':
        return dice.chance(0.5) ? device.disk.killBehindSave() : device.disk.killAfter(1 + dice.below(30))
      case 'storage error':
        return device.disk.failAfter(1 + dice.below(30))
      case 'quota':
        device.disk.isFull = true
        return ends(HOUR_MS, () => device.goesOn(() => (device.disk.isFull = false)))
      case 'freeze':
        return this.#freeze(dice)
      case 'evict':
        return this.#evict()
      case 'partial evict':
        return device.plan.mirrored ? this.#losesDatabase() : undefined
      case 'amnesia':
        return this.#losePowerSoon(dice)
      case 'clone':
        return this.#copy(dice)
      case 'old copy':
        return this.#goBack()
      case 'clock step':
        device.clock.step(agenda.nowMs, dice.pick(STEPS_MS))
        this.#clockFault = fault
        return ends(6 * HOUR_MS, () => device.clock.mend(agenda.nowMs))
      case 'clock rate':
        device.clock.run(agenda.nowMs, dice.pick(RATES))
        this.#clockFault = fault
        return ends(12 * HOUR_MS, () => device.clock.mend(agenda.nowMs))
      case 'token expires':
        return this.#world.expire(device.token)
      default:
    }
  }

  #crash(dice: Dice): void {
    const device = this.#device
    if (!device.isOpen) return
    if (device.line.inFlight > 0 || device.hasUnsent) this.#world.coverage.meets('crash')
    if (device.plan.mirrored) return this.#losesDatabase()
    device.crash()
    if (dice.chance(DRAWER_SHARE)) device.openLater(dice.wait(DAY_MS))
    else device.openLater()
  }

  #freeze(dice: Dice): void {
    const device = this.#device
    const { agenda, coverage } = this.#world
    const life = device.someLife()
    if (!life.isAlive || life.isFrozen) return
    life.freeze()
    agenda.after(dice.wait(30 * MINUTE_MS), () => {
      if (!life.isAlive) return
      const late = device.goesOn(() => life.thaw())
      if (late > 0) coverage.meets('freeze')
      if (late > 1 && this.#world.isPossible('thaw')) coverage.meets('thaw')
    })
  }

  /** Everything that was only here is gone. */
  #evict(): void {
    const device = this.#device
    const intents = device.intents()
    if (intents.size === 0 && device.spaces().length === 0) return
    this.#world.coverage.meets('evict')
    this.#world.truth.forgive(intents)
    device.die()
    void device.mirror?.clear()
    this.#world.during(this.#newDisk(null))
  }

  /** The database was in memory: what the hub has not answered comes back from the mirror. */
  #losesDatabase(): void {
    const device = this.#device
    if (!device.isOpen) return
    const changes = device.changes()
    // What has its receipt was with the hub once: where the hub has lost it, it may wait again, and not be in the mirror yet.
    const forgiven = device.changesWhere("status IN ('applied', 'unsealed') OR receipt IS NOT NULL")
    this.#world.truth.forgive(forgiven.map(({ intent }) => intent))
    if (changes.some(({ status }) => status === 'queued')) this.#world.coverage.meets('partial evict')
    // What comes back may be with the hub already: its verdicts leave a hole in the new chain.
    this.#world.chains.diverge()
    device.die()
    this.#world.during(this.#newDisk(null))
  }

  /** Commits that were not flushed are lost with the power, as soon as there are some. */
  #losePowerSoon(dice: Dice): void {
    const device = this.#device
    if (device.plan.mirrored) return
    device.disk.watchesFlushes = true
    const look = (left: number): void => {
      this.#world.agenda.after(dice.wait(10 * MINUTE_MS), () => {
        if (this.#world.isHealed || !device.disk.watchesFlushes) return
        const { flushed } = device.disk
        if (flushed === null) return left > 0 ? look(left - 1) : undefined
        this.#world.coverage.meets('amnesia')
        this.#world.chains.diverge()
        device.die()
        this.#world.during(this.#newDisk(flushed))
      })
    }
    look(20)
  }

  /** Somebody copies it, also while its person types: for another device, or in place of what is on one. */
  #copy(dice: Dice): void {
    const device = this.#device
    if (!device.isOpen || device.plan.mirrored) return
    const image = device.disk.image()
    if (device.spaces().length > 0) this.#world.coverage.meets('clone')
    const { crowd } = this.#world
    this.#notesCopy()
    this.#world.chains.diverge()
    // It sends as soon as it can, also where this one only reads.
    const copy = { ...device.plan, name: `${device.name}'${crowd.size()}`, appVersion: device.appVersion, isFrugal: false }
    const isTriedOut = dice.chance(TRIED_OUT_SHARE)
    const made = crowd.size() < DEVICES_MAX ? crowd.join(copy, image) : crowd.overwrite({ ...copy, name: device.name }, image)
    this.#world.during(made.then(() => isTriedOut && crowd.meet(device.plan.account)))
  }

  /** A copy of the disk is made, and put back another time. */
  #goBack(): void {
    const device = this.#device
    if (!device.isOpen || device.plan.mirrored) return
    const copy = device.oldCopy
    this.#notesCopy()
    const intents = device.intents()
    device.oldCopy = { image: device.disk.image(), intents }
    if (copy === null) return
    this.#world.chains.diverge()
    const lost = [...intents].filter((intent: Intent) => !copy.intents.has(intent))
    if (lost.length > 0) this.#world.coverage.meets('old copy')
    this.#world.truth.forgive(lost)
    device.die()
    this.#world.during(this.#newDisk(copy.image))
  }

  /** Takes down what goes on here and, sooner or later, on the copy: what is being typed, and what is tried again. */
  #notesCopy(): void {
    const { truth } = this.#world
    for (const { intent, status } of this.#device.changes()) (status === 'unsealed' ? truth.twofold : truth.copied).add(intent)
  }

  async #newDisk(image: Uint8Array | null): Promise<void> {
    await this.#device.replaceDisk(image)
    this.#device.openLater()
  }
}
