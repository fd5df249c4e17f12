/**
 * Records that a person has begun and not written to yet. They are rows on this page and nowhere else: on no disk, in no query, sent to
 * nobody. The first write to one adds it, in the same change, so that what is begun and left again leaves nothing behind.
 *
 *   begin ─► row ─► field or write ─► [add if absent, the step] ─► a record like any other
 */
import { type CollectionDefinition, type Json, type RecordId, type SpaceId, unwritten } from '@tombolo/core'
import type { RecordStep, Row } from '../engine/port.ts'
import { rowOf } from '../engine/row.ts'

export class NewRecords {
  readonly #adds = new Map<RecordId, RecordStep>()

  begin(collection: CollectionDefinition, space: SpaceId, id: RecordId, values: Readonly<Record<string, Json>>): Row {
    this.#adds.set(id, { type: 'add', collection: collection.name, record: id, values, ifAbsent: true })
    const absent = Object.entries(collection.fields).map(([name, field]) => [name, unwritten(field)] as const)
    const shown = { ...Object.fromEntries(absent), ...values }
    // It is not at the hub: no other state would be less untrue.
    const standing = { state: 'pending', version: 0, edited: 0, conflicts: [], failed: null } as const
    return rowOf({ ...standing, collection: collection.name, id, space, values: shown })
  }

  /** Has nothing of it been saved yet? */
  has(id: RecordId): boolean {
    return this.#adds.has(id)
  }

  /** These steps, after those that add what they are the first to write to. */
  adding(steps: readonly RecordStep[]): readonly RecordStep[] {
    if (this.#adds.size === 0) return steps
    const records = new Set(steps.map(({ record }) => record))
    const adds = [...records].flatMap((id) => this.#adds.get(id) ?? [])
    return adds.length === 0 ? steps : [...adds, ...steps]
  }

  /** What these steps wrote to is there from now on. */
  saved(steps: readonly RecordStep[]): void {
    if (this.#adds.size > 0) for (const { record } of steps) this.#adds.delete(record)
  }
}
