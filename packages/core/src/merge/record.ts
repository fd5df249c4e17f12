/**
 * A record's merged state, and the one function that merges a write into it. The same code runs on the device and on the hub.
 *
 * Merging knows no schema: the kind of an operation determines its effect, so a replica merges fields it does not know and passes them on
 * untouched. The schema's rules only choose which value is shown (rules.ts).
 */
import { assert, AssertionError } from '../assert.ts'
import { canonicalJson, type Json } from '../canonical.ts'
import type { FieldOperation, RecordOperations } from '../change.ts'
import type { Name } from '../ids.ts'
import type { Stamp } from '../stamp.ts'
import {
  type Arriving,
  type Displaced,
  EMPTY_REGISTER,
  type Entry,
  hasEntry,
  type Register,
  type WaitingEdit,
  writeRegister,
} from './register.ts'
import { LIFE_FIELD } from './rules.ts'
import { type Edited, editText, settleEdits, type TextMerge } from './text.ts'

type SetOperation = Extract<FieldOperation, { kind: 'set' }>
type ElementOperation = Extract<FieldOperation, { kind: 'addTo' | 'removeFrom' }>

/** A set, including removed elements. An element is in the set while its register has an entry. */
export interface SetState {
  readonly kind: 'set'
  /** Keyed by the canonical JSON of the element. The entries of each register are the tags (writes) that added it. */
  readonly elements: Readonly<Record<string, Register>>
  readonly version: number
}

/** A counter: the sum of all increments. `version`: the space's version when it last changed. */
export interface CounterState {
  readonly kind: 'counter'
  readonly sum: number
  readonly version: number
}

/** The merged state of a field. */
export type FieldState = Register | SetState | CounterState

/** A record as devices and hub merge and store it: the same bytes for the same writes. */
export interface RecordState {
  /** The space's version when the record last changed; 0 if the hub has confirmed nothing. */
  readonly version: number
  readonly life: Register
  readonly fields: Readonly<Record<string, FieldState>>
}

/** A record that nobody has written. */
export const EMPTY_RECORD: RecordState = { version: 0, life: EMPTY_REGISTER, fields: {} }

/** The write being merged: its author, times and name, and which other writes have arrived. */
export interface Write extends Arriving {
  readonly stamp: Stamp
  readonly hubStamp: Stamp
  readonly by: string
  readonly unverified: boolean
  /** Null if the caller knows that no text is edited (`editsText`). */
  readonly text: TextMerge | null
}

/** What a merge adds to a field's history: a superseded value, or an edit of a superseded text. */
export type History = { readonly field: string } & (Displaced | { readonly edit: WaitingEdit })

/** A record after a merge, and the additions to its history. */
export interface Merged {
  readonly record: RecordState
  readonly history: readonly History[]
}

const NO_HISTORY: readonly History[] = []

/**
 * Merges one change's operations on one record. Pure: `record` is not altered. The caller has checked that the intent is not applied yet.
 */
export function mergeOperations(record: RecordState, operations: RecordOperations, write: Write): Merged {
  const merging: Merging = { write, history: [], elements: null }
  const fields: Record<string, FieldState> = { ...record.fields }
  for (const operation of operations.fields) fields[operation.field] = mergeField(fields[operation.field], operation, merging)
  const life = mergeLife(record.life, operations, merging)
  const history = merging.history.length === 0 ? NO_HISTORY : merging.history
  return { record: { version: write.version, life, fields }, history }
}

/** State shared by the operations of one merge. */
interface Merging {
  readonly write: Write
  readonly history: History[]
  /** The sets that this merge has already copied, by field, so that adding n elements copies a set once, not n times. */
  elements: Map<string, Record<string, Register>> | null
}

/** A deletion that was taken back joins the history. Every other write only says that the record exists, and is not worth keeping. */
function mergeLife(register: Register, { life, lifeOver }: RecordOperations, { write, history }: Merging): Register {
  const entry = entryOf(life, lifeOver, write)
  const next = writeRegister(register, entry, lifeOver, write)
  for (const left of register.entries)
    if (isDeletion(left) && !next.entries.includes(left)) history.push({ field: LIFE_FIELD, entry: left, by: write.name })
  if (isDeletion(entry) && !hasEntry(next.entries, entry.name)) history.push({ field: LIFE_FIELD, entry, by: null })
  return next
}

const isDeletion = ({ value }: Entry): boolean => value === 'deleted'

function mergeField(state: FieldState | undefined, operation: FieldOperation, merging: Merging): FieldState {
  const { write } = merging
  switch (operation.kind) {
    case 'set':
      return mergeSet(asRegister(state), operation, merging)
    case 'addTo':
      return mergeElement(state, operation, entryOf(operation.element, operation.over, write), merging)
    case 'removeFrom':
      return mergeElement(state, operation, null, merging)
    case 'increment':
      return mergeCounter(state, operation.by, write.version)
    case 'edit':
      return keepLate(operation.field, editText(asRegister(state), operation, write), merging)
  }
}

function mergeSet(register: Register, operation: SetOperation, merging: Merging): Register {
  const { field, value, over, resolves } = operation
  const { write } = merging
  const plain = entryOf(value, over, write)
  const entry = resolves === undefined ? plain : { ...plain, resolves }
  const next = writeRegister(register, entry, over, write)
  keepDisplaced(field, [register, next], entry, merging)
  return register.waiting === undefined ? next : keepLate(field, settleEdits(next, register.waiting, write), merging)
}

/** Adds to the history the entries that left, and the new write if it arrived already superseded. */
function keepDisplaced(field: string, [before, after]: readonly [Register, Register], entry: Entry, { write, history }: Merging): void {
  for (const left of before.entries) if (!after.entries.includes(left)) history.push({ field, entry: left, by: write.name })
  if (!hasEntry(after.entries, entry.name)) history.push({ field, entry, by: null })
}

function keepLate(field: string, { register, late }: Edited, { history }: Merging): Register {
  for (const edit of late) history.push({ field, edit })
  return register
}

function entryOf(value: Json, over: readonly Name[], { name, stamp, hubStamp, by, unverified }: Write): Entry {
  return unverified ? { name, value, stamp, hubStamp, by, over, unverified } : { name, value, stamp, hubStamp, by, over }
}

function mergeElement(state: FieldState | undefined, operation: ElementOperation, entry: Entry | null, merging: Merging): SetState {
  if (state !== undefined && state.kind !== 'set') throw wrongKind(state, 'set')
  const copies = (merging.elements ??= new Map<string, Record<string, Register>>())
  const elements = copies.get(operation.field) ?? { ...state?.elements }
  copies.set(operation.field, elements)
  const key = canonicalJson(operation.element)
  const tags = writeRegister(elements[key] ?? EMPTY_REGISTER, entry, operation.over, merging.write)
  if (tags.entries.length > 0 || tags.awaited.length > 0) elements[key] = tags
  else delete elements[key]
  return { kind: 'set', elements, version: merging.write.version }
}

function mergeCounter(state: FieldState | undefined, by: number, version: number): CounterState {
  if (state !== undefined && state.kind !== 'counter') throw wrongKind(state, 'counter')
  return { kind: 'counter', sum: sumOf(state?.sum ?? 0, by), version }
}

/**
 * Adds whole numbers modulo 2^53, so that sums are exact and do not depend on order. Fractions would not: the order of their rounding would
 * show.
 */
function sumOf(sum: number, by: number): number {
  assert(Number.isSafeInteger(by), 'a counter counts whole numbers')
  const total = sum + wrapped(by)
  return wrapped(total)
}

const HALF = 2 ** 52
const wrapped = (total: number): number => (total >= HALF ? total - 2 * HALF : total < -HALF ? total + 2 * HALF : total)

function asRegister(state: FieldState | undefined): Register {
  if (state !== undefined && state.kind !== 'register') throw wrongKind(state, 'register')
  return state ?? EMPTY_REGISTER
}

/** An operation that does not fit the kind of its field. The judge refuses those, so one that gets here is a bug, not bad input. */
const wrongKind = (state: FieldState, wanted: FieldState['kind']): AssertionError =>
  new AssertionError(`a ${wanted} operation meets a ${state.kind} field`)
