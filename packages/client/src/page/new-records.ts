/**
 * Records that a person has begun but not written to yet. They exist only as rows on this page: not on disk, not in queries, not sent. The
 * first write to one adds it in the same change, so a record that is begun and abandoned leaves nothing behind.
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
    // The record is not at the hub, so `pending` is the closest state.
    const standing = { state: 'pending', version: 0, edited: 0, conflicts: [], failed: null } as const
    return rowOf({ ...standing, collection: collection.name, id, space, values: shown })
  }

  /** Whether a record was begun and nothing of it has been saved. */
  has(id: RecordId): boolean {
    return this.#adds.has(id)
  }

  /** The steps, preceded by adds for begun records that they are the first to write to. */
  adding(steps: readonly RecordStep[]): readonly RecordStep[] {
    if (this.#adds.size === 0) return steps
    const records = new Set(steps.map(({ record }) => record))
    const adds = [...records].flatMap((id) => this.#adds.get(id) ?? [])
    return adds.length === 0 ? steps : [...adds, ...steps]
  }

  /** Forgets begun records that these steps have saved. */
  saved(steps: readonly RecordStep[]): void {
    if (this.#adds.size > 0) for (const { record } of steps) this.#adds.delete(record)
  }
}
