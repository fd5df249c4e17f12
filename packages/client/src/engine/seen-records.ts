/**
 * The records that a person is editing, as they see them, kept so that one more change costs one merge. Made anew at each save, they would
 * cost a merge for each open change: half a million merges for a record that is edited a thousand times offline.
 *
 * What is kept of a record holds its lowest open changes, up to the first that is not sealed. It is dropped when anything else than a
 * person's write saves the record, and is used only while the open changes begin with those that it was made of.
 */
import { type Name, OwnWrites, type OwnWrite, type RecordState } from '@tombolo/core'
import type { OwnChange } from './own-change.ts'
import type { StoredRecord } from './stored-record.ts'

/** People edit a few records at a time; what was edited longest ago is made anew. */
const KEPT_MAX = 32

/** A record as a person sees it, and their own writes of a field or element of it that the hub has not confirmed, or has refused. */
export interface SeenRecord {
  readonly view: RecordState | undefined
  readonly ownWrites: (key: string) => OwnWrites
}

/** A write of a change, and the field or element that it is of. */
export type KeyedWrite = readonly [key: string, write: OwnWrite]

export interface Layering {
  /** The record with one more change on top. */
  readonly onTop: (below: RecordState | undefined, change: OwnChange) => RecordState | undefined
  readonly writesOf: (change: OwnChange & { readonly name: Name }) => Iterable<KeyedWrite>
}

/** A record under changes that were laid upon it one after the other. */
class Layered {
  view: RecordState | undefined
  readonly changes: OwnChange[] = []
  readonly #own = new Map<string, OwnWrites>()

  constructor(view: RecordState | undefined) {
    this.view = view
  }

  lay(change: OwnChange & { readonly name: Name }, { onTop, writesOf }: Layering): void {
    this.view = onTop(this.view, change)
    this.changes.push(change)
    for (const [key, write] of writesOf(change)) {
      const known = this.#own.get(key)
      if (known === undefined) this.#own.set(key, new OwnWrites([write]))
      else known.add(write)
    }
  }

  ownWrites(key: string): OwnWrites {
    return this.#own.get(key) ?? NO_WRITES
  }
}

const NO_WRITES = new OwnWrites()
export const NOT_SEEN: SeenRecord = { view: undefined, ownWrites: () => NO_WRITES }

export class SeenRecords {
  readonly #kept = new Map<string, { readonly confirmed: RecordState | undefined; readonly layered: Layered }>()

  /** A record as it is on disk, under its open changes, of which at most the last is not sealed; that one is left out if it is `without`. */
  look(
    stored: StoredRecord,
    open: readonly OwnChange[],
    failed: readonly OwnChange[],
    without: number | null,
    layering: Layering,
  ): SeenRecord {
    if (open.length + failed.length === 0) return { ...NOT_SEEN, view: stored.confirmed }
    const sealed = this.#under(stored, open, layering)
    const last = open.at(-1)
    const view = last?.name === null && last.seq !== without ? layering.onTop(sealed.view, last) : sealed.view
    if (failed.length === 0) return { view, ownWrites: (key) => sealed.ownWrites(key) }
    const refused = failed.filter(isSealed).flatMap((change) => [...layering.writesOf(change)])
    const writesOf = (key: string): OwnWrite[] => refused.flatMap(([of, write]) => (of === key ? [write] : []))
    return { view, ownWrites: (key) => new OwnWrites(writesOf(key), sealed.ownWrites(key)) }
  }

  /** Called before a record is saved. A person's write saves it with the confirmed state that it was seen with. */
  saving(stored: StoredRecord): void {
    const key = keyOf(stored)
    if (this.#kept.get(key)?.confirmed !== stored.confirmed) this.#kept.delete(key)
  }

  #under(stored: StoredRecord, open: readonly OwnChange[], layering: Layering): Layered {
    const key = keyOf(stored)
    const before = this.#kept.get(key)?.layered
    const layered = before !== undefined && isStartOf(before.changes, open) ? before : new Layered(stored.confirmed)
    for (const change of open.slice(layered.changes.length)) if (isSealed(change)) layered.lay(change, layering)
    this.#kept.delete(key)
    this.#kept.set(key, { confirmed: stored.confirmed, layered })
    for (const oldest of this.#kept.keys()) if (this.#kept.size > KEPT_MAX) this.#kept.delete(oldest)
    return layered
  }
}

const isSealed = (change: OwnChange): change is OwnChange & { readonly name: Name } => change.name !== null

/** Whether the longer list begins with the same changes, each with the same receipt, which has its times. */
const isStartOf = (start: readonly OwnChange[], changes: readonly OwnChange[]): boolean =>
  start.length <= changes.length &&
  start.every(({ seq, receipt }, index) => seq === changes[index]?.seq && receipt === changes[index]?.receipt)

const keyOf = ({ collection, id }: StoredRecord): string => id + collection.name
