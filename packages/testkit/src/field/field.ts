/**
 * A field: one hub and the devices that work far from it, in one process and in virtual time. Both sides are the shipped code, on SQLite in
 * memory. Everything random comes from the seed, so a test does the same each time.
 */
import { loadAll } from '@tombolo/client/testing'
import type { Intent, Schema, SpaceId } from '@tombolo/core'
import { Coverage } from '../simulator/coverage.ts'
import { HubSite } from '../simulator/hub/site.ts'
import { diceOf } from '../simulator/random.ts'
import { Trace } from '../simulator/trace.ts'
import { type DeviceHome, FieldDevice } from './device.ts'
import { FieldHub, RESTORABLE_MS } from './hub.ts'
import { type Ground, Machine } from './machine.ts'
import { Saves } from './saves.ts'
import { differences, shownBy } from './shown.ts'
import { msOf, type Span } from './span.ts'
import { FieldTime } from './time.ts'

/** The options of a field. */
export interface FieldOptions<S extends Schema> {
  readonly schema: S
  /** Decides everything random: ids, waits, the order of what happens at the same moment. Default 1. */
  readonly seed?: number
  /** What time it is when the field opens; default the 1st of June 2026, 8:00 UTC. */
  readonly startsAt?: Date
}

/** The options of a device. */
export interface DeviceOptions {
  /** Whose device it is; default the one account of all devices that name none. */
  readonly account?: string
}

/**
 * Opens a field: a hub that is up, and no device yet. In tests of Vitest take the one of `@tombolo/testkit/vitest`, which closes itself.
 * @throws whatever the schema's own functions throw.
 * @example
 * const other = await openField({ schema: app })
 * const bo = await other.device('bo')
 * await bo.store.createSpace('Birds')
 * await other.quiet()
 * bo.unsynced() // []
 * await other.close()
 */
export async function openField<S extends Schema>(options: FieldOptions<S>): Promise<Field<S>> {
  // What a store loads when it needs it is loaded before any time passes.
  await loadAll()
  const field = new Field(options)
  await field.hub.start()
  return field
}

/**
 * A hub and its devices. Time stands still until the test lets it pass.
 * @example
 * const ben = await field.device('ben')
 * await field.pass('2 hours')
 * await field.differences() // []
 */
export class Field<S extends Schema> {
  readonly hub: FieldHub<S>
  readonly #schema: S
  readonly #ground: Ground
  readonly #machines: Machine[] = []
  #witnesses = 0

  /** For `openField`. */
  constructor({ schema, seed = 1, startsAt = new Date(Date.UTC(2026, 5, 1, 8)) }: FieldOptions<S>) {
    this.#schema = schema
    const time = new FieldTime(startsAt.getTime(), diceOf(seed, 'schedule'))
    const dice = diceOf(seed, 'hub')
    const site = new HubSite({
      agenda: time.agenda,
      dice,
      trace: new Trace('off', () => time.nowMs),
      coverage: new Coverage(),
      // A device shows the name of its account, and has no other token.
      accountOf: (token) => token,
      restorableMs: RESTORABLE_MS,
    })
    this.#ground = { seed, time, site, saves: new Saves() }
    this.hub = new FieldHub({ site, time, random: dice.bytes, machines: () => this.#machines }, schema)
  }

  /** The true time. Devices read their own clocks. */
  get now(): Date {
    return new Date(this.#ground.time.nowMs)
  }

  /**
   * A new device with the app open in one window, online.
   * @throws RangeError if there is one of that name.
   */
  async device(name: string, { account = 'someone' }: DeviceOptions = {}): Promise<FieldDevice<S>> {
    const device = new FieldDevice(await this.#join(name, account, this.#schema, null), this.#home, this.#schema)
    await device.openTab()
    return device
  }

  // ── time ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Lets so much time pass, with everything that happens in it. For more than an hour nobody looks at the devices: they talk to the hub every
   * quarter of an hour only.
   * @throws what a device or the hub reports that should never happen.
   */
  async pass(span: Span): Promise<void> {
    const ms = msOf(span)
    if (ms > LOOKED_AT_MS) this.#look(false)
    await this.#ground.time.pass(ms)
    if (ms > LOOKED_AT_MS) this.#look(true)
  }

  /**
   * Lets time pass until every open device with signal has sent everything and has everything.
   * @throws Error that says what still waits, if it is not so within the limit; default a day.
   */
  async quiet(limit: Span = '1 day'): Promise<void> {
    const moving = (): readonly string[] =>
      this.#machines.filter(({ isOpen, link }) => isOpen && link.quality !== null).flatMap((machine) => this.#reasons(machine))
    await this.#ground.time.until(
      () => moving().length === 0,
      msOf(limit),
      () => [`It is not quiet after ${String(limit)}:`, ...moving()].join('\n  '),
    )
  }

  /**
   * Lets time pass until a promise is settled, and gives what it gives: for what waits for the hub.
   * @throws Error if that does not happen within the limit; default a day.
   * @example
   * const trip = await ana.store.createSpace('Trip')
   * const saved = await ana.store.write((w) => w.notes.add(trip, { title: 'Stilt' }))
   * const { type } = await field.until(saved.settled)
   * type // 'applied'
   */
  until<T>(work: Promise<T>, limit: Span = '1 day'): Promise<T> {
    return this.#ground.time.result(work, msOf(limit), () => `It has not happened after ${String(limit)}.`)
  }

  // ── what must hold ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Where the devices of an account do not show the same, in words. Each is compared with a new device that has just loaded everything from
   * the hub, so the hub is compared, too.
   * @throws Error if a device is closed, or the hub does not answer.
   */
  async differences(): Promise<readonly string[]> {
    const lines: string[] = []
    const { time } = this.#ground
    for (const machine of this.#machines) {
      if (!machine.isOpen) throw new Error(`${machine.name} is closed: reopen() it to see what it shows`)
      const schema = machine.schema as Schema
      const witness = await Machine.make(this.#ground, `witness ${++this.#witnesses}`, machine.account, schema, null)
      try {
        const theirs = await new FieldDevice(witness, this.#home, schema).openTab()
        const mine = await new FieldDevice(machine, this.#home, schema).openTab()
        await time.until(
          () => this.#behind(witness).length === 0,
          msOf('1 day'),
          () => ['A new device cannot load what the hub has:', ...this.#reasons(witness)].join('\n  '),
        )
        lines.push(...differences(machine.name, await shownBy(mine.store), 'a new device', await shownBy(theirs.store)))
        await mine.close()
      } finally {
        witness.dispose()
      }
    }
    return lines
  }

  /** What a store said is saved, and is neither with the hub nor on any device, nor was discarded by its author. In words. */
  lost(): readonly string[] {
    const { saves, site } = this.#ground
    const held = new Set<Intent>(this.#machines.flatMap((machine) => machine.intents()))
    return saves
      .all()
      .filter(({ intent, space }) => !site.ledger.applied(space, intent) && !held.has(intent))
      .map(({ device, what, atMs }) => `${device} saved '${what}' at ${new Date(atMs).toISOString()}, and it is nowhere`)
  }

  /** Ends all devices and the hub. Nothing of them stays. */
  async close(): Promise<void> {
    for (const machine of this.#machines.splice(0)) machine.dispose()
    this.#ground.site.stop()
    this.#ground.site.dispose()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  // ── helpers ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  get #home(): DeviceHome {
    return {
      nowMs: () => this.#ground.time.nowMs,
      behind: (machine) => this.#behind(machine),
      join: (name, account, schema, image) => this.#join(name, account, schema, image),
    }
  }

  #look(isVisible: boolean): void {
    for (const machine of this.#machines) machine.look(isVisible)
  }

  async #join(name: string, account: string, schema: Schema, image: Uint8Array | null): Promise<Machine> {
    if (this.#machines.some((machine) => machine.name === name)) throw new RangeError(`there is a device '${name}' already`)
    const machine = await Machine.make(this.#ground, name, account, schema, image)
    this.#machines.push(machine)
    return machine
  }

  #behind(machine: Machine): readonly string[] {
    const waiting = machine.count('waiting')
    const held = new Map<SpaceId, number>(machine.spaces().map(({ id, version }) => [id, version]))
    const unread = [...this.#ground.site.ledger.spaces]
      .filter(([, { standings }]) => (standings.get(machine.account) ?? 'none') !== 'none')
      .flatMap(([id, { head }]) => {
        const version = held.get(id) ?? 0
        return version === head ? [] : [`has version ${version} of ${head} of space ${id}`]
      })
    return [...(waiting === 0 ? [] : [`${waiting} ${waiting === 1 ? 'change waits' : 'changes wait'} to be sent`]), ...unread]
  }

  /** What a device has to wait for, and why, as far as the test has caused it. */
  #reasons(machine: Machine): readonly string[] {
    const causes = [
      ...(this.hub.isUp ? [] : ['the hub is stopped']),
      ...(machine.link.answers.areHeld ? ['its answers are held back'] : []),
      ...(machine.isFull ? ['its disk is full'] : []),
    ]
    const why = causes.length === 0 ? '' : ` (${causes.join(', ')})`
    return this.#behind(machine).map((line) => `${machine.name}: ${line}${why}`)
  }
}

const LOOKED_AT_MS = 3_600_000
