/**
 * Writes as they arrive at a hub, by hand: for directed histories, conformance cases and properties. An arrival is what one change
 * wrote to one record, with the times that the hub gave it.
 */
import type { Json } from '../canonical.ts'
import type { ConflictId, FieldOperation, RecordOperations } from '../change.ts'
import type { Name, RecordId } from '../ids.ts'
import { EMPTY_RECORD, type History, mergeOperations, type RecordState } from '../merge/record.ts'
import type { Known } from '../merge/register.ts'
import type { Stamp } from '../stamp.ts'
import { yjsText } from '../yjs.ts'

export interface Arrival {
  readonly name: Name
  /** Effective. */
  readonly stamp: Stamp
  readonly hubStamp: Stamp
  readonly by: string
  readonly unverified: boolean
  readonly operations: RecordOperations
}

export interface Merge {
  readonly record: RecordState
  readonly history: readonly History[]
}

/** Short names for reading; a real one has 22 characters of base64url. */
export const nameOf = (text: string): Name => text as Name
export const namesOf = (...texts: readonly string[]): readonly Name[] => texts.map(nameOf)
const RECORD = '01890000-0000-7000-8000-000000000001' as RecordId

export interface ArrivalOptions {
  readonly stamp?: number
  readonly hubStamp?: number
  readonly by?: string
  readonly unverified?: boolean
  readonly life?: 'alive' | 'deleted'
  readonly lifeOver?: readonly string[]
}

/** One change of one record. Stamps are small numbers, unless a case is about them. */
export function arrival(name: string, fields: readonly FieldOperation[], options: ArrivalOptions = {}): Arrival {
  const stamp = (options.stamp ?? 1) as Stamp
  const operations: RecordOperations = {
    collection: 'notes',
    record: RECORD,
    life: options.life ?? 'alive',
    lifeOver: namesOf(...(options.lifeOver ?? [])),
    fields,
  }
  return {
    name: nameOf(name),
    stamp,
    hubStamp: (options.hubStamp ?? stamp) as Stamp,
    by: options.by ?? 'ana',
    unverified: options.unverified ?? false,
    operations,
  }
}

export const set = (field: string, value: Json, over: readonly string[] = [], resolves?: ConflictId): FieldOperation =>
  resolves === undefined
    ? { kind: 'set', field, value, over: namesOf(...over) }
    : { kind: 'set', field, value, over: namesOf(...over), resolves }
export const addTo = (field: string, element: Json, over: readonly string[] = []): FieldOperation => ({
  kind: 'addTo',
  field,
  element,
  over: namesOf(...over),
})
export const removeFrom = (field: string, element: Json, over: readonly string[]): FieldOperation => ({
  kind: 'removeFrom',
  field,
  element,
  over: namesOf(...over),
})
export const increment = (field: string, by: number): FieldOperation => ({ kind: 'increment', field, by })
export const edit = (field: string, of: string, update: string): FieldOperation => ({ kind: 'edit', field, of: nameOf(of), update })

/** Merges arrivals in their order, as a hub does: what arrived before is known. `knows` plants the fault of knowing something else. */
export function mergeAll(arrivals: readonly Arrival[], start: RecordState = EMPTY_RECORD, knows?: Known): Merge {
  const arrived = new Set<Name>()
  const known: Known = knows ?? ((name) => arrived.has(name))
  let record = start
  let version = 0
  const history: History[] = []
  for (const { operations, ...write } of arrivals) {
    const merged = mergeOperations(record, operations, { ...write, version: ++version, known, text: yjsText })
    arrived.add(write.name)
    record = merged.record
    history.push(...merged.history)
  }
  return { record, history }
}

/** Every order of a short list. */
export function ordersOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length <= 1) return [items]
  return items.flatMap((item, index) => ordersOf(items.toSpliced(index, 1)).map((rest) => [item, ...rest]))
}
