/**
 * A record's merged state in one compact text, beside its typed columns.
 *
 *   [version, writes, life, fields]
 *     writes   [[name, stamp, hubStamp, by, over, resolves | 0, unverified 0/1], …]   each write once, however many fields it wrote
 *     life     register
 *     fields   { field: register | set | counter }
 *     register w                                   one entry, of write w, changed when the record was; its value stands in the column
 *              [version, [[w, value, document?]…], awaited, waiting?]
 *     set      { s: version, e: [[element, [w…], awaited]…] }
 *     counter  { c: version, sum }
 *
 * A value is left to its column only if the column returns it exactly and holds the confirmed value. While a record has open changes, the
 * columns hold the view, so this text holds every value itself.
 */
import {
  type CounterState,
  type Entry,
  type FieldState,
  type Json,
  type Name,
  type RecordState,
  type Register,
  sameJson,
  type SetState,
  type Stamp,
  type WaitingEdit,
} from '@tombolo/core'
import { StorageError } from '../storage/port.ts'
import { storedJson } from './stored-json.ts'

type MetaWrite = readonly [Name, Stamp, Stamp, string, readonly Name[], string | 0, 0 | 1]
type MetaRegister = number | readonly [number, readonly (readonly [number, Json, string?])[], readonly Name[], (readonly WaitingEdit[])?]
type MetaSet = { readonly s: number; readonly e: readonly (readonly [Json, readonly number[], readonly Name[]])[] }
type MetaCounter = { readonly c: number; readonly sum: number }
type MetaField = MetaRegister | MetaSet | MetaCounter
type Meta = readonly [number, readonly MetaWrite[], MetaRegister, Readonly<Record<string, MetaField>>]

/** Reads the value of a field from its column; undefined if there is no column to read. */
export type ColumnValue = (field: string) => Json | undefined

const NO_COLUMNS: ColumnValue = () => undefined
const LIFE = 'alive'

export function encodeMeta(record: RecordState, inColumn: ColumnValue = NO_COLUMNS): string {
  const writes = new Writes()
  const life = encodeRegister(record.life, record.version, LIFE, writes)
  const fields: Record<string, MetaField> = {}
  for (const field in record.fields) {
    const state = record.fields[field]
    if (state !== undefined) fields[field] = encodeField(state, record.version, inColumn(field), writes)
  }
  const meta: Meta = [record.version, writes.list, life, fields]
  return JSON.stringify(meta)
}

export function decodeMeta(text: string, inColumn: ColumnValue = NO_COLUMNS): RecordState {
  const [version, writes, life, fields] = storedJson(text) as Meta
  const states: Record<string, FieldState> = {}
  for (const field in fields) {
    const meta = fields[field]
    if (meta !== undefined) states[field] = decodeField(meta, version, writes, () => inColumn(field) ?? null)
  }
  return { version, life: decodeRegister(life, version, writes, () => LIFE), fields: states }
}

/** The writes of a record, each once. */
class Writes {
  readonly list: MetaWrite[] = []

  /** One change may supersede different writes in each field; it is then listed once for each. */
  indexOf({ name, stamp, hubStamp, by, over, resolves, unverified }: Entry): number {
    const at = this.list.findIndex((write) => write[0] === name && areSameNames(write[4], over) && write[5] === (resolves ?? 0))
    if (at >= 0) return at
    this.list.push([name, stamp, hubStamp, by, over, resolves ?? 0, unverified === true ? 1 : 0])
    return this.list.length - 1
  }
}

const areSameNames = (a: readonly Name[], b: readonly Name[]): boolean =>
  a === b || (a.length === b.length && a.every((name, index) => name === b[index]))

function encodeField(state: FieldState, version: number, column: Json | undefined, writes: Writes): MetaField {
  switch (state.kind) {
    case 'register':
      return encodeRegister(state, version, column, writes)
    case 'counter':
      return { c: state.version, sum: state.sum }
    case 'set':
      return {
        s: state.version,
        e: Object.entries(state.elements).map(
          ([key, tags]) => [JSON.parse(key) as Json, tags.entries.map((entry) => writes.indexOf(entry)), tags.awaited] as const,
        ),
      }
  }
}

function encodeRegister(register: Register, version: number, column: Json | undefined, writes: Writes): MetaRegister {
  const only = register.entries[0]
  const isPlain =
    only !== undefined &&
    register.entries.length === 1 &&
    register.awaited.length === 0 &&
    register.waiting === undefined &&
    register.version === version
  if (isPlain && only.document === undefined && column !== undefined && sameJson(only.value, column)) return writes.indexOf(only)
  const entries = register.entries.map((entry) => {
    const w = writes.indexOf(entry)
    return entry.document === undefined ? ([w, entry.value] as const) : ([w, entry.value, entry.document] as const)
  })
  return register.waiting === undefined
    ? [register.version, entries, register.awaited]
    : [register.version, entries, register.awaited, register.waiting]
}

function decodeField(meta: MetaField, version: number, writes: readonly MetaWrite[], column: () => Json): FieldState {
  if (typeof meta === 'number' || Array.isArray(meta)) return decodeRegister(meta as MetaRegister, version, writes, column)
  return 's' in meta ? decodeSet(meta, writes) : decodeCounter(meta as MetaCounter)
}

function decodeRegister(meta: MetaRegister, version: number, writes: readonly MetaWrite[], column: () => Json): Register {
  if (typeof meta === 'number') return { kind: 'register', entries: [decodeEntry(writes, meta, column())], awaited: [], version }
  const entries = meta[1].map(([w, value, document]) => decodeEntry(writes, w, value, document))
  const register: Register = { kind: 'register', entries, awaited: meta[2], version: meta[0] }
  return meta[3] === undefined ? register : { ...register, waiting: meta[3] }
}

const decodeCounter = (meta: MetaCounter): CounterState => ({ kind: 'counter', sum: meta.sum, version: meta.c })

function decodeSet(meta: MetaSet, writes: readonly MetaWrite[]): SetState {
  const elements: Record<string, Register> = {}
  for (const [element, tags, awaited] of meta.e) {
    elements[JSON.stringify(element)] = {
      kind: 'register',
      entries: tags.map((w) => decodeEntry(writes, w, element)),
      awaited,
      version: meta.s,
    }
  }
  return { kind: 'set', elements, version: meta.s }
}

function decodeEntry(writes: readonly MetaWrite[], w: number, value: Json, document?: string): Entry {
  const write = writes[w]
  if (write === undefined) throw new StorageError('storage.corrupt', new RangeError('a record names a write that it does not hold'))
  const [name, stamp, hubStamp, by, over, resolves, unverified] = write
  const plain: Entry = { name, value, stamp, hubStamp, by, over }
  if (resolves === 0 && unverified === 0 && document === undefined) return plain
  return {
    ...plain,
    ...(resolves === 0 ? {} : { resolves: resolves as NonNullable<Entry['resolves']> }),
    ...(unverified === 1 ? { unverified: true } : {}),
    ...(document === undefined ? {} : { document }),
  }
}
