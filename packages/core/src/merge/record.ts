/**
 * A record's merged state, and the one function that merges a write into it. The same code runs on the device and on the hub.
 *
 * Merging knows no schema: an operation says by its kind what it does, so a replica merges fields it has never heard of and
 * passes them on untouched. The schema's rules only choose what is shown (rules.ts).
 */
import { AssertionError } from '../assert.ts'
import { canonicalJson, type Json } from '../canonical.ts'
import type { FieldOperation, RecordOperations } from '../change.ts'
import type { Name } from '../ids.ts'
import type { Stamp } from '../stamp.ts'
import { type Displaced, EMPTY_REGISTER, type Entry, type Known, type Register, writeRegister } from './register.ts'
import { editText, type TextEdit, type TextMerge } from './text.ts'

type SetOperation = Extract<FieldOperation, { kind: 'set' }>

export interface SetState {
  readonly kind: 'set'
  /** Keyed by the canonical JSON of the element; a register whose entries are the tags (writes) that added it. */
  readonly elements: Readonly<Record<string, Register>>
  readonly version: number
}

export interface CounterState {
  readonly kind: 'counter'
  readonly sum: number
  readonly version: number
}

export type FieldState = Register | SetState | CounterState

export interface RecordState {
  /** The space's version when the record last changed; 0 where the hub has confirmed nothing. */
  readonly version: number
  readonly life: Register
  readonly fields: Readonly<Record<string, FieldState>>
}

export const EMPTY_RECORD: RecordState = { version: 0, life: EMPTY_REGISTER, fields: {} }

/** One write as it is merged: who, when, under which name, and what else has arrived. */
export interface Write {
  readonly name: Name
  readonly stamp: Stamp
  readonly hubStamp: Stamp
  readonly by: string
  /** The space's version that this write takes; 0 for a device's own open write. */
  readonly version: number
  readonly unverified: boolean
  readonly known: Known
  /** Null where the caller knows that the change edits no text. */
  readonly text: TextMerge | null
}

/** What a merge leaves to a field's history: a value that was written over, or an edit of a text that was. */
export type History = { readonly field: string } & (Displaced | { readonly edit: TextEdit })

export interface Merged {
  readonly record: RecordState
  readonly history: readonly History[]
}

const NO_HISTORY: readonly History[] = []

/** Merges one change's operations on one record. Pure: `record` is not altered. The caller has checked that this intent was not applied before. */
export function mergeOperations(record: RecordState, operations: RecordOperations, write: Write): Merged {
  const history: History[] = []
  const fields: Record<string, FieldState> = { ...record.fields }
  for (const operation of operations.fields) fields[operation.field] = mergeField(fields[operation.field], operation, write, history)
  const life = mergeLife(record.life, operations, write)
  return { record: { version: write.version, life, fields }, history: history.length === 0 ? NO_HISTORY : history }
}

function mergeLife(life: Register, operations: RecordOperations, write: Write): Register {
  return writeRegister(
    life,
    write.name,
    entryOf(operations.life, operations.lifeOver, write),
    operations.lifeOver,
    write.version,
    write.known,
    [],
  )
}

function mergeField(state: FieldState | undefined, operation: FieldOperation, write: Write, history: History[]): FieldState {
  switch (operation.kind) {
    case 'set':
      return mergeSet(asRegister(state), operation, write, history)
    case 'addTo':
      return mergeElement(state, operation.element, entryOf(operation.element, operation.over, write), operation.over, write)
    case 'removeFrom':
      return mergeElement(state, operation.element, null, operation.over, write)
    case 'increment':
      return mergeCounter(state, operation.by, write.version)
    case 'edit': {
      const { register, late } = editText(asRegister(state), operation, write)
      if (late) history.push({ field: operation.field, edit: operation })
      return register
    }
  }
}

function mergeSet(register: Register, operation: SetOperation, write: Write, history: History[]): Register {
  const plain = entryOf(operation.value, operation.over, write)
  const entry = operation.resolves === undefined ? plain : { ...plain, resolves: operation.resolves }
  const displaced: Displaced[] = []
  const next = writeRegister(register, write.name, entry, operation.over, write.version, write.known, displaced)
  for (const item of displaced) history.push({ field: operation.field, ...item })
  return next
}

function entryOf(value: Json, over: readonly Name[], write: Write): Entry {
  const { name, stamp, hubStamp, by } = write
  const entry: Entry = { name, value, stamp, hubStamp, by, over }
  return write.unverified ? { ...entry, unverified: true } : entry
}

function mergeElement(state: FieldState | undefined, element: Json, entry: Entry | null, over: readonly Name[], write: Write): SetState {
  if (state !== undefined && state.kind !== 'set') throw wrongKind(state, 'set')
  const key = canonicalJson(element)
  const before = state?.elements[key] ?? EMPTY_REGISTER
  const tags = writeRegister(before, write.name, entry, over, write.version, write.known, [])
  const elements: Record<string, Register> = { ...state?.elements, [key]: tags }
  if (tags.entries.length === 0 && tags.awaited.length === 0) delete elements[key]
  return { kind: 'set', elements, version: write.version }
}

function mergeCounter(state: FieldState | undefined, by: number, version: number): CounterState {
  if (state !== undefined && state.kind !== 'counter') throw wrongKind(state, 'counter')
  return { kind: 'counter', sum: (state?.sum ?? 0) + by, version }
}

function asRegister(state: FieldState | undefined): Register {
  if (state !== undefined && state.kind !== 'register') throw wrongKind(state, 'register')
  return state ?? EMPTY_REGISTER
}

/** Validation against the schema keeps this from happening: an operation of one kind on a field of another is a bug, not bad input. */
const wrongKind = (state: FieldState, wanted: FieldState['kind']): AssertionError =>
  new AssertionError(`a ${wanted} operation meets a ${state.kind} field`)
