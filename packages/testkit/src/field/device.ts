/** A virtual device, as a test sees it. */
import { Store } from '@tombolo/client'
import type { Schema } from '@tombolo/core'
import type { OpenTab } from '../simulator/device/browser.ts'
import type { LineQuality } from './link.ts'
import type { Machine } from './machine.ts'
import { msOf, type Shift } from './span.ts'

/** What a device asks of its field. */
export interface DeviceHome {
  readonly nowMs: () => number
  /** What is between a device and the hub, in words; empty if nothing is. */
  readonly behind: (machine: Machine) => readonly string[]
  readonly join: (name: string, account: string, schema: Schema, image: Uint8Array) => Promise<Machine>
}

/**
 * A window of the app on a device. All windows of a device share its database.
 * @example
 * const tab = await ana.openTab()
 * await tab.close()
 */
export interface FieldTab<S extends Schema> {
  readonly store: Store<S>
  /** The person closes it: typed text is saved first. */
  close(): Promise<void>
  /** Its process ends without a word. */
  crash(): void
}

/**
 * A device: the shipped store on SQLite in memory, with a line to the hub and a clock of its own.
 * @example
 * ana.goOffline()
 * const trip = await ana.store.createSpace('Trip')
 * await ana.store.write((w) => w.notes.add(trip, { title: 'Egret' }))
 * ana.goOnline()
 * await field.quiet()
 * ana.unsynced() // []
 */
export class FieldDevice<S extends Schema> {
  readonly #machine: Machine
  readonly #home: DeviceHome
  #schema: S
  #tabs: (FieldTab<S> & { readonly life: OpenTab['life'] })[] = []

  constructor(machine: Machine, home: DeviceHome, schema: S) {
    this.#machine = machine
    this.#home = home
    this.#schema = schema
  }

  get name(): string {
    return this.#machine.name
  }

  /** Whose device it is: devices of one account see the same spaces. */
  get account(): string {
    return this.#machine.account
  }

  /**
   * The store of its first window. What a store does needs no time of the field, but for what only the hub or another window can tell.
   * @throws Error while no window is open: after `crash` or `close`, before `reopen`.
   */
  get store(): Store<S> {
    const [first] = this.#tabs
    if (first === undefined) throw new Error(`${this.name} has no window open: reopen() it`)
    return first.store
  }

  // ── its windows ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Opens one more window. @throws as `openStore` */
  async openTab(): Promise<FieldTab<S>> {
    const machine = this.#machine
    const { tab: open, port } = machine.openTab(this.#schema)
    const { life } = open
    const parts = { schema: this.#schema, port, nowMs: () => machine.nowMs(), random: machine.dice.bytes, startTimer: life.setTimer }
    const store = await Store.open(parts)
    const leave = (): void => void (this.#tabs = this.#tabs.filter((other) => other.life !== life))
    const tab = {
      store,
      life,
      close: async () => {
        await store.close()
        leave()
      },
      crash: () => {
        machine.crash(open)
        leave()
      },
    }
    this.#tabs.push(tab)
    return tab
  }

  /** All its windows end without a word, as when the battery is empty. What was saved is on its disk. */
  crash(): void {
    for (const tab of this.#tabs) tab.crash()
  }

  /** The person closes all its windows. */
  async close(): Promise<void> {
    for (const tab of this.#tabs) await tab.close()
  }

  /** Opens the app again, in one window, on the disk as it is. */
  async reopen(): Promise<void> {
    this.crash()
    await this.openTab()
  }

  /** Its disk is lost, with everything that was only there. The app starts anew. */
  async wipe(): Promise<void> {
    this.crash()
    await this.#machine.wipe()
    await this.openTab()
  }

  /** The person loads another version of the app, with whatever waits in the outbox. The result is the same device. */
  async update<T extends Schema>(schema: T): Promise<FieldDevice<T>> {
    await this.close()
    const updated = this as unknown as FieldDevice<T>
    updated.#schema = schema
    await updated.openTab()
    return updated
  }

  /** Another device that starts with a copy of this disk, as when a backup of a phone is put on a new one. Both go on. */
  async clone(name: string): Promise<FieldDevice<S>> {
    // Backups are made of a device that lies still: what is half typed would go on in both.
    await this.store.seal()
    const copy = new FieldDevice(await this.#home.join(name, this.account, this.#schema, this.#machine.image()), this.#home, this.#schema)
    await copy.openTab()
    return copy
  }

  // ── its line, its clock and its disk ───────────────────────────────────────────────────────────────────────────────────

  /** The signal is gone, and the device notices. */
  goOffline(): void {
    this.#machine.turn(null)
  }

  /** The signal is back. */
  goOnline({ signal = 'good' }: { readonly signal?: LineQuality } = {}): void {
    this.#machine.turn(signal)
  }

  /** What the hub says reaches this device only after `release`. What the device says reaches the hub. */
  holdAnswers(): void {
    this.#machine.link.answers.hold()
  }

  /** What was held back arrives, in its order, and what is said from now on arrives at once. */
  release(): void {
    this.#machine.link.answers.release()
  }

  /** The hub will take the next changes from this device, and its answer will be lost: the device cannot know, and asks again. */
  loseNextAnswer(): void {
    this.#machine.link.answers.loseNext()
  }

  /** Sets its clock ahead (`'+3 days'`) or behind (`'-2 hours'`); 0 sets it right. */
  setClock(shift: Shift): void {
    const { clock } = this.#machine
    clock.mend(this.#home.nowMs())
    clock.step(this.#home.nowMs(), msOf(shift))
  }

  /**
   * Nothing more fits on its disk: what is saved is refused with `storage.full`, and nothing is fetched, until `freeDisk`. What was saved
   * before goes out.
   */
  fillDisk(): void {
    this.#machine.isFull = true
  }

  /** There is room again. */
  freeDisk(): void {
    this.#machine.isFull = false
  }

  // ── how it stands ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** What device and hub do not have of each other, in words; empty if they have everything, and nothing was refused. */
  unsynced(): readonly string[] {
    const refused = this.#machine.count('failed')
    return [...this.#home.behind(this.#machine), ...(refused === 0 ? [] : [`${plural(refused, 'change')} refused`])]
  }
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? ' was' : 's were'}`
