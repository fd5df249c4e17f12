/**
 * One run of a scenario: a hub and devices in virtual time, on disks in memory, with a plan of what goes wrong.
 *
 * A run begins from bytes that an earlier one left (`kept`), so that what a scenario prepares is prepared once. A process that died is started
 * anew by whoever next needs it, on what had been committed: the hub by the next message to it, a device by what its person does next.
 */
import type { SchemaDefinition } from '@tombolo/core'
import type { Storage } from '@tombolo/hub'
import { storageOn } from '@tombolo/hub/testing'
import BetterSqlite3 from 'better-sqlite3'
import { memoryMirror, type MirrorItem } from '../../../client/src/storage/mirror.ts'
import { seededRandom } from '../../../client/src/test/local-store-kit.ts'
import { gatedSqlite } from '../storage/gated-sqlite.ts'
import { HubWorld } from '../test/hub-world.ts'
import { app } from './app.ts'
import { deferred } from './deferred.ts'
import { Device } from './device.ts'
import type { ProcessParts } from './device-process.ts'
import { type Deed, Journal } from './journal.ts'
import { LineToHub } from './line.ts'
import { isPlanted, Plan } from './plan.ts'
import { Uncaught } from './uncaught.ts'

/** What outlives a run: disks, and what people remember. */
export interface Kept {
  readonly nowMs: number
  readonly seed: number
  readonly hub: HubFile
  readonly devices: readonly KeptDevice[]
  readonly deeds: readonly Deed[]
}

interface KeptDevice {
  readonly name: string
  readonly account: string | null
  readonly disk: ReadonlyMap<string, Buffer>
  readonly mirror: readonly MirrorItem[]
}

/** A hub's database, and the key beside it. */
export interface HubFile {
  readonly bytes: Buffer | undefined
  readonly key: number
}

export interface WorldOptions {
  readonly hubApp?: SchemaDefinition
  /** Whether live sockets open; without them long polls serve. */
  readonly sockets?: boolean
  readonly durability?: 'disk' | 'memory'
  /** Whether the outbox is mirrored. */
  readonly mirrored?: boolean
}

const STARTS_MAX = 3

export class World {
  readonly plan: Plan
  readonly journal: Journal
  /** What nobody should have to see: bugs. */
  readonly bugs: string[] = []
  readonly options: WorldOptions
  /** The app that devices start from here on. */
  deviceApp = app
  readonly #hubWorld: HubWorld
  readonly #devices = new Map<string, Device>()
  #hubFile: HubFile
  #hub: HubProcess | null = null
  #starting: Promise<HubProcess> | null = null
  #seed: number

  constructor(options: WorldOptions, plan: Plan, kept: Kept | null) {
    this.options = options
    this.plan = plan
    this.journal = new Journal(kept?.deeds)
    this.#hubWorld = new HubWorld(options.hubApp ?? app)
    this.#hubFile = kept?.hub ?? { bytes: undefined, key: 7 }
    this.#seed = kept?.seed ?? 1
    if (kept !== null) this.time.nowMs = kept.nowMs
    for (const { name, account, disk, mirror } of kept?.devices ?? []) {
      const device = this.#newDevice(name, new Map(disk))
      device.account = account
      void device.mirror?.put(mirror)
    }
  }

  get time(): HubWorld['time'] {
    return this.#hubWorld.time
  }

  get devices(): readonly Device[] {
    return [...this.#devices.values()]
  }

  /** The device of this name; a new one where there is none. */
  device(name: string): Device {
    return this.#devices.get(name) ?? this.#newDevice(name, new Map())
  }

  /** Another device with what is on the disk of this one. */
  copyDevice(from: string, to: string): Device {
    return this.#newDevice(to, new Map(this.device(from).disk))
  }

  async pass(ms: number): Promise<void> {
    await this.time.pass(ms)
  }

  /** Everyone meets the hub, and each other through it. */
  async meet(...names: readonly string[]): Promise<void> {
    for (const name of [...names, ...names]) await this.device(name).sync()
  }

  // ── the hub ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The hub that runs; starts one where none does. @throws where it cannot be started. */
  async hub(): Promise<HubProcess> {
    if (this.#hub !== null && !this.#hub.isDead) return this.#hub
    this.#starting ??= this.time.during(this.#startHub()).finally(() => (this.#starting = null))
    return await this.#starting
  }

  /** An operator starts the hub with another version of the app; the first one by default. */
  changeHub(hubApp: SchemaDefinition = app): void {
    this.#letGoOfHub()
    this.#hubWorld.schema = hubApp
  }

  /** An operator ends the hub, and may put another file in its place. Gives the file as it was. */
  stopHub(change: Partial<HubFile> = {}): HubFile {
    const before = this.#letGoOfHub()
    this.#hubFile = { ...before, ...('bytes' in change ? { bytes: change.bytes } : {}), key: change.key ?? before.key }
    return before
  }

  /** The hub forgets what it needs no longer, as it does by itself from time to time. */
  async forget(): Promise<void> {
    const hub = await this.hub()
    await this.time.during(this.#hubWorld.hub.maintain()).catch((error: unknown) => hub.isDead || this.reported(error))
  }

  async #startHub(): Promise<HubProcess> {
    for (let tries = 1; ; tries += 1) {
      this.#letGoOfHub()
      const hub = new HubProcess(new BetterSqlite3(this.#hubFile.bytes ?? ':memory:'), this.plan)
      this.#hub = hub
      try {
        hub.storage = storageOn(hub.database, { mintEpoch: () => `epoch-${this.#seed++}` })
        await this.#hubWorld.openOn(hub.storage, this.#hubFile.key)
        return hub
      } catch (error) {
        if (!hub.isDead && !isPlanted(error)) throw error
        hub.end()
        if (tries === STARTS_MAX) throw error
      }
    }
  }

  #letGoOfHub(): HubFile {
    if (this.#hub === null) return this.#hubFile
    this.#hubFile = { ...this.#hubFile, bytes: this.#hub.committed() }
    this.#hub = null
    return this.#hubFile
  }

  // ── before and after ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** Ends every process; gives what is on the disks. */
  async end(): Promise<Kept> {
    for (const device of this.devices) await device.end()
    const hub = this.stopHub()
    const devices = this.devices.map(async ({ name, account, disk, mirror }) => {
      return { name, account, disk: new Map(disk), mirror: (await mirror?.all()) ?? [] }
    })
    return { nowMs: this.time.nowMs, seed: this.#seed, hub, devices: await Promise.all(devices), deeds: this.journal.deeds }
  }

  /** Nothing goes wrong any more, and what was broken has been started anew. */
  async heal(): Promise<void> {
    this.plan.heal()
    if (this.#hub?.isBroken === true) this.stopHub()
    for (const device of this.devices) {
      device.isOnline = true
      if (device.process?.isBroken === true) await device.end()
    }
  }

  /** What should never happen. What the plan throws is reported, too, and is none where somebody caught it. */
  readonly reported = (error: unknown): void => {
    if (error instanceof Uncaught || !isPlanted(error)) this.bugs.push(textOf(error))
  }

  // ── helpers ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #random(): ReturnType<typeof seededRandom> {
    this.#seed += 1
    return seededRandom(this.#seed)
  }

  #newDevice(name: string, disk: Map<string, Buffer>): Device {
    const { mirrored = false, durability = 'disk' } = this.options
    const mirror = mirrored || durability === 'memory' ? memoryMirror() : null
    const device = new Device({
      name,
      disk,
      mirror,
      journal: this.journal,
      process: (one) => this.#processOf(one),
      onRefused: (error) => this.#refused(error),
    })
    this.#devices.set(name, device)
    return device
  }

  #processOf(device: Device): ProcessParts<typeof app> {
    const { durability = 'disk', sockets = false } = this.options
    const sign = {
      get account() {
        return device.account
      },
    }
    const line = new LineToHub(this.#hubWorld.transport(sign), {
      faults: this.plan.network,
      isUp: () => device.isOnline,
      hasSockets: () => sockets,
      hub: () => this.hub(),
      sleep: (ms) => new Promise((resolve) => void this.time.setTimer(resolve, ms)),
    })
    return {
      schema: this.deviceApp,
      disk: device.disk,
      mirror: device.mirror,
      durability,
      faults: this.plan,
      line,
      time: this.time,
      random: this.#random(),
      watched: ({ db, outbox, conflicts, liveSpaces, status }) => ({
        notes: db.notes.orderBy('id').live,
        titles: db.notes.orderBy('title').limit(5).live,
        count: db.notes.liveCount,
        outbox: outbox.live,
        conflicts: conflicts.live,
        spaces: liveSpaces,
        status,
      }),
      onError: this.reported,
    }
  }

  /** A person is told why, by a code that the documentation has; where the disk is not at fault, a scenario may count on it. */
  #refused(error: unknown): void {
    const { code } = error as { readonly code?: unknown }
    if (typeof code !== 'string' || code === 'store.failed') this.bugs.push(`told without a code: ${textOf(error)}`)
  }
}

/** One run of the hub's program. */
export class HubProcess {
  isDead = false
  readonly died: Promise<void>
  readonly database: BetterSqlite3.Database
  storage: Storage | null = null
  readonly #native: BetterSqlite3.Database
  readonly #gate: ReturnType<Plan['hub']['gateOf']>
  readonly #die: () => void

  constructor(native: BetterSqlite3.Database, plan: Plan) {
    const death = deferred<void>()
    this.died = death.promise
    this.#die = death.resolve
    this.#native = native
    this.#gate = plan.hub.gateOf(() => this.end())
    this.database = gatedSqlite(native, this.#gate)
  }

  get isBroken(): boolean {
    return this.#gate.isBroken
  }

  end(): void {
    this.isDead = true
    this.#gate.isDead = true
    this.#die()
  }

  /** Lets go of the file: what had been committed. */
  committed(): Buffer {
    this.end()
    if (this.#native.inTransaction) this.#native.exec('ROLLBACK')
    const bytes = this.#native.serialize()
    this.#native.close()
    return bytes
  }
}

export const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))
