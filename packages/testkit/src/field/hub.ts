/** The hub of a field: the shipped one on a database in memory, which a test may stop, restart, update, back up and put back. */
import { base64url, type CollectionName, type FieldName, type Json, type RandomBytes, type Schema } from '@tombolo/core'
import type { Backup, HubSite } from '../simulator/hub/site.ts'
import type { Machine } from './machine.ts'
import { type Refusing, stricter } from './stricter.ts'
import type { FieldTime } from './time.ts'

/** A copy of the hub's database, for `restore`. */
export interface HubBackup {
  readonly takenAt: Date
}

const CONTENTS = new WeakMap<HubBackup, Backup>()

/** The fields of a collection that have checks. A counter has none: each step is one person's. */
export type CheckedField<S extends Schema, N extends CollectionName<S>> = FieldName<S, N, 'register' | 'group' | 'text' | 'set'>

/** The parts of a field that its hub takes. */
export interface HubParts {
  readonly site: HubSite
  readonly time: FieldTime
  readonly random: RandomBytes
  readonly machines: () => readonly Machine[]
}

/**
 * The hub of a field.
 * @example
 * const backup = field.hub.backup()
 * await field.pass('1 hour')
 * await field.hub.restore(backup)
 * field.hub.isUp // true
 */
export class FieldHub<S extends Schema> {
  readonly #parts: HubParts
  #schema: Schema
  #refusing: readonly Refusing[] = []

  constructor(parts: HubParts, schema: S) {
    this.#parts = parts
    this.#schema = schema
  }

  get isUp(): boolean {
    return this.#parts.site.isUp
  }

  /** Its process starts, on the database as it is. */
  async start(): Promise<void> {
    const { site, time } = this.#parts
    await time.during(site.start(stricter(this.#schema, this.#refusing)))
  }

  /** Its process is gone, as with `kill -9`: what it had not answered gets no answer. */
  stop(): void {
    this.#parts.site.stop()
    for (const { link } of this.#parts.machines()) link.cutSockets()
  }

  /** Stops and starts. */
  async restart(): Promise<void> {
    this.stop()
    await this.start()
  }

  /** Starts with another version of the app. Devices keep theirs until they `update`. */
  async deploy(schema: Schema): Promise<void> {
    this.#schema = schema
    await this.restart()
  }

  /** Copies the database as it is now. */
  backup(): HubBackup {
    const { site, time } = this.#parts
    site.backUp()
    const contents = site.backups.at(-1)
    const backup: HubBackup = { takenAt: new Date(time.nowMs) }
    if (contents !== undefined) CONTENTS.set(backup, contents)
    return backup
  }

  /**
   * Puts a backup in the place of the database, as `tombolo restore` does: what the hub has accepted since then is gone from it, and devices
   * send it again.
   * @throws RangeError for a backup of another field, or one that is more than a week old: devices have let go of what it lacks [P6].
   */
  async restore(backup: HubBackup): Promise<void> {
    const { site, time, random } = this.#parts
    const contents = CONTENTS.get(backup)
    if (contents === undefined || !site.backups.includes(contents)) throw new RangeError('this field has no such backup, or no more')
    if (time.nowMs - contents.atMs > RESTORABLE_MS) throw new RangeError('a backup that is older than a week is never put back')
    this.stop()
    site.putBack(contents)
    await this.start()
    // A process asks for the epoch once, when it starts.
    await time.during(site.storage.renewEpoch(await site.storage.epoch(), base64url(random(EPOCH_BYTES)), time.nowMs))
    await this.restart()
  }

  /**
   * From now on the hub refuses values of a field that the devices' schema allows, with `value.invalid` and these words.
   * @example await field.hub.refuse('notes', 'title', (title) => (title === 'Dodo' ? 'There are none.' : null))
   */
  async refuse<N extends CollectionName<S>>(
    collection: N,
    field: CheckedField<S, N>,
    check: (value: Json) => string | null,
  ): Promise<void> {
    this.#refusing = [...this.#refusing, { collection, field, check }]
    await this.restart()
  }

  /** The hub refuses no more than the schema says. */
  async acceptAll(): Promise<void> {
    this.#refusing = []
    await this.restart()
  }
}

/** The age up to which the hub of a field promises to restore backups. */
export const RESTORABLE_MS: number = 7 * 24 * 60 * 60 * 1000
const EPOCH_BYTES = 9
