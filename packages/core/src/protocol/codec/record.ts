/**
 * Records on the wire: merged state, for a reader who is too far behind for the log. Fields of one collection share a shape, as operations
 * do. A write is written once, because few writes wrote most fields of a record.
 *
 *   shape     [collection, field, kind, field, kind, …]                  kind: 0 register, 1 set, 2 counter
 *   part      [shape, record, version, life, each field in the order of the shape]
 *               version null: the record left this reader's view, and nothing follows
 *   register  [write, value, over?, version?, awaited?, further entries?, resolves?, document?, waiting?]      write null: no entry
 *   entry     [write, value, over?, resolves?, document?]
 *   waiting   [name, of, update]                                         an edit that waits for what it builds on
 *   set       [[[element, tags, version?, awaited?], …], version?]       tag: [write, over?]
 *   counter   [sum, version?]
 *   write     [name, stamp, hub stamp, author, unverified?]              then its number
 *
 * A register of `life` has 0 for alive and 1 for deleted. The version of a field or element is how far it is behind the record's.
 */
import { canonicalJson, type Json } from '../../canonical.ts'
import type { ConflictId } from '../../change.ts'
import type { CounterState, FieldState, RecordState, SetState } from '../../merge/record.ts'
import type { Entry, Register, WaitingEdit } from '../../merge/register.ts'
import type { Result } from '../../result.ts'
import type { RecordPart } from '../messages.ts'
import { readIdentifier } from './identifier.ts'
import { type DecodeError, decoding, isLeftOut, type Reader } from './reader.ts'
import { readValue } from './value.ts'
import { trimmed, type Tuple, type Wire } from './wire.ts'
import { writeFlag, Writer } from './writer.ts'

type Kind = 0 | 1 | 2
type Said = Pick<Entry, 'name' | 'stamp' | 'hubStamp' | 'by' | 'unverified'>

const KINDS: Readonly<Record<FieldState['kind'], Kind>> = { register: 0, set: 1, counter: 2 }

/** Encodes one record alone, as the first part of a page. */
export const encodeRecordPart = (part: RecordPart): Wire => new RecordsWriter(new Writer()).write(part)

/** Reads a record that was encoded alone. */
export const decodeRecordPart = (value: unknown): Result<RecordPart, DecodeError> =>
  decoding(value, (reader, tuple) => new RecordsReader(reader).read(tuple))

// Writing

export class RecordsWriter {
  readonly #writer: Writer
  readonly #shapes = new Map<string, number>()
  readonly #writes = new Map<string, { readonly number: number; readonly said: Said }>()
  #writesSaid = 0

  constructor(writer: Writer) {
    this.#writer = writer
  }

  write({ collection, id, record }: RecordPart): Wire {
    if (record === null) return [this.#shape([collection]), this.#writer.record(id), null]
    const shape: (string | number)[] = [collection]
    for (const [field, { kind }] of Object.entries(record.fields)) shape.push(field, KINDS[kind])
    const members: Wire[] = [this.#shape(shape), this.#writer.record(id), this.#writer.version(record.version)]
    members.push(this.#register(record.life, record.version, lifeNumber))
    for (const state of Object.values(record.fields)) members.push(this.#field(state, record.version))
    return members
  }

  #shape(inFull: (string | number)[]): Wire {
    const key = inFull.join()
    const known = this.#shapes.get(key)
    if (known === undefined) this.#shapes.set(key, this.#shapes.size + 1)
    return known ?? inFull
  }

  #field(state: FieldState, version: number): Wire {
    switch (state.kind) {
      case 'register':
        return this.#register(state, version, asItIs)
      case 'set':
        return this.#set(state, version)
      case 'counter':
        return trimmed([state.sum, version - state.version], 1)
    }
  }

  #register(register: Register, newest: number, valueOf: (value: Json) => Wire): Wire {
    const [first, ...others] = register.entries
    const behind = newest - register.version
    if (first === undefined) {
      return trimmed([null, null, 0, behind, this.#writer.names(register.awaited), [], null, null, this.#waiting(register)], 1)
    }
    const written = [this.#write(first), valueOf(first.value)]
    if (behind === 0 && isBare(first, register)) return written
    const beside = [this.#writer.names(first.over), behind, this.#writer.names(register.awaited)]
    const entries = others.map((entry) => this.#entry(entry, valueOf(entry.value)))
    return trimmed([...written, ...beside, entries, first.resolves ?? null, first.document ?? null, this.#waiting(register)], 2)
  }

  #waiting({ waiting = [] }: Register): Wire {
    return waiting.map(({ name, of, update }) => [this.#writer.name(name), this.#writer.name(of), update])
  }

  #entry(entry: Entry, value: Wire): Wire {
    return trimmed([this.#write(entry), value, this.#writer.names(entry.over), entry.resolves ?? null, entry.document ?? null], 2)
  }

  #set({ elements, version }: SetState, newest: number): Wire {
    const written = Object.entries(elements).map(([key, tags]) => {
      const entries = tags.entries.map((tag) => trimmed([this.#write(tag), this.#writer.names(tag.over)], 1))
      return trimmed([JSON.parse(key) as Wire, entries, newest - tags.version, this.#writer.names(tags.awaited)], 1)
    })
    return trimmed([written, newest - version], 1)
  }

  #write(entry: Entry): Wire {
    const known = this.#writes.get(entry.name)
    if (known !== undefined && sameWrite(known.said, entry)) return known.number
    this.#writes.set(entry.name, { number: ++this.#writesSaid, said: entry })
    const times = [this.#writer.stamp(entry.stamp), this.#writer.hubStamp(entry.hubStamp, entry.stamp)]
    return trimmed([this.#writer.name(entry.name), ...times, this.#writer.author(entry.by), writeFlag(entry.unverified ?? false)], 4)
  }
}

/** Whether a register has a single, unedited entry and nothing else, as nearly all have. */
function isBare({ over, resolves, document }: Entry, { entries, awaited, waiting }: Register): boolean {
  if (entries.length > 1 || over.length > 0 || awaited.length > 0) return false
  return resolves === undefined && document === undefined && waiting === undefined
}

const asItIs = (value: Json): Wire => value
const lifeNumber = (value: Json): Wire => (value === 'deleted' ? 1 : 0)
const LIVES: readonly Json[] = ['alive', 'deleted']
const lifeOfNumber = (value: Json): Json => LIVES[Number(value)] ?? null

const sameWrite = (a: Said, b: Said): boolean =>
  a.stamp === b.stamp && a.hubStamp === b.hubStamp && a.by === b.by && a.unverified === b.unverified

// Reading

interface Shape {
  readonly collection: string
  readonly fields: readonly { readonly field: string; readonly kind: Kind }[]
}

export class RecordsReader {
  readonly #reader: Reader
  readonly #shapes: Shape[] = []
  readonly #writes: Said[] = []

  constructor(reader: Reader) {
    this.#reader = reader
  }

  read(tuple: Tuple): RecordPart {
    const shape = this.#shape(tuple)
    const id = this.#reader.record(tuple, 1)
    return { collection: shape.collection, id, record: isLeftOut(tuple[2]) ? null : this.#record(shape, tuple) }
  }

  #record(shape: Shape, tuple: Tuple): RecordState {
    const version = this.#reader.version(tuple, 2)
    const life = this.#register(tuple, 3, version, lifeOfNumber)
    if (life.entries.some(({ value }) => value === null)) this.#reader.refuse(3)
    const fields: Record<string, FieldState> = {}
    shape.fields.forEach(({ field, kind }, index) => (fields[field] = this.#field(kind, tuple, 4 + index, version)))
    return { version, life, fields }
  }

  #shape(tuple: Tuple): Shape {
    const said = tuple[0]
    if (typeof said === 'number') return this.#shapes[said - 1] ?? this.#reader.refuse(0)
    const shape = this.#reader.within(tuple, 0, (inner) => readShape(this.#reader, inner))
    this.#shapes.push(shape)
    return shape
  }

  #field(kind: Kind, tuple: Tuple, at: number, version: number): FieldState {
    switch (kind) {
      case 0:
        return this.#register(tuple, at, version, asItIs)
      case 1:
        return this.#reader.within(tuple, at, (inner) => this.#set(inner, version))
      case 2:
        return this.#reader.within(tuple, at, (inner) => this.#counter(inner, version))
    }
  }

  #counter(tuple: Tuple, newest: number): CounterState {
    return { kind: 'counter', sum: this.#reader.integer(tuple, 0, Number.MIN_SAFE_INTEGER), version: this.#behind(tuple, 1, newest) }
  }

  #register(outer: Tuple, place: number, newest: number, valueOf: (value: Json) => Json): Register {
    const reader = this.#reader
    return reader.within(outer, place, (tuple) => {
      const first = isLeftOut(tuple[0]) ? null : this.#entry(tuple, valueOf)
      const version = this.#behind(tuple, 3, newest)
      const awaited = reader.names(tuple, 4)
      const others = reader.each(tuple, 5, (item) => this.#decided(this.#entry(item, valueOf), item, 3))
      const entries = first === null ? others : [this.#decided(first, tuple, 6), ...others]
      const waiting = reader.each(tuple, 8, (item) => readWaiting(reader, item))
      return { kind: 'register', entries, awaited, version, ...(waiting.length === 0 ? {} : { waiting }) }
    })
  }

  /** The members that every entry begins with. */
  #entry(tuple: Tuple, valueOf: (value: Json) => Json): Entry {
    const { name, stamp, hubStamp, by, unverified } = this.#write(tuple, 0)
    const entry = { name, value: valueOf(readValue(this.#reader, tuple, 1)), stamp, hubStamp, by, over: this.#reader.names(tuple, 2) }
    return unverified === undefined ? entry : { ...entry, unverified }
  }

  /** Adds the rare members of an entry: a resolved conflict, an edited document. */
  #decided(entry: Entry, tuple: Tuple, at: number): Entry {
    const resolves = isLeftOut(tuple[at]) ? null : (this.#reader.hash128(tuple, at) as ConflictId)
    const document = this.#reader.optionalText(tuple, at + 1)
    if (resolves === null && document === null) return entry
    return { ...entry, ...(resolves === null ? {} : { resolves }), ...(document === null ? {} : { document }) }
  }

  #set(tuple: Tuple, newest: number): SetState {
    const elements: Record<string, Register> = {}
    this.#reader.each(tuple, 0, (item) => {
      const element = readValue(this.#reader, item, 0)
      elements[canonicalJson(element)] = this.#tags(item, element, newest)
    })
    return { kind: 'set', elements, version: this.#behind(tuple, 1, newest) }
  }

  #tags(tuple: Tuple, value: Json, newest: number): Register {
    const entries = this.#reader.each(tuple, 1, (item): Entry => {
      const { name, stamp, hubStamp, by, unverified } = this.#write(item, 0)
      const entry = { name, value, stamp, hubStamp, by, over: this.#reader.names(item, 1) }
      return unverified === undefined ? entry : { ...entry, unverified }
    })
    return { kind: 'register', entries, version: this.#behind(tuple, 2, newest), awaited: this.#reader.names(tuple, 3) }
  }

  #behind(tuple: Tuple, at: number, newest: number): number {
    const version = newest - this.#reader.optionalInteger(tuple, at, Number.MIN_SAFE_INTEGER)
    return Number.isSafeInteger(version) && version >= 0 ? version : this.#reader.refuse(at)
  }

  #write(tuple: Tuple, at: number): Said {
    const said = tuple[at]
    if (typeof said === 'number') return this.#writes[said - 1] ?? this.#reader.refuse(at)
    const write = this.#reader.within(tuple, at, (inner) => readWrite(this.#reader, inner))
    this.#writes.push(write)
    return write
  }
}

function readShape(reader: Reader, tuple: Tuple): Shape {
  const fields: { readonly field: string; readonly kind: Kind }[] = []
  for (let at = 1; at < tuple.length; at += 2)
    fields.push({ field: readIdentifier(reader, tuple, at), kind: readKind(reader, tuple, at + 1) })
  return { collection: readIdentifier(reader, tuple, 0), fields }
}

function readKind(reader: Reader, tuple: Tuple, at: number): Kind {
  const kind = tuple[at]
  return kind === 0 || kind === 1 || kind === 2 ? kind : reader.refuse(at)
}

function readWrite(reader: Reader, tuple: Tuple): Said {
  const name = reader.name(tuple, 0)
  const stamp = reader.stamp(tuple, 1)
  const said = { name, stamp, hubStamp: reader.hubStamp(tuple, 2, stamp), by: reader.author(tuple, 3) }
  return reader.flag(tuple, 4) ? { ...said, unverified: true } : said
}

const readWaiting = (reader: Reader, tuple: Tuple): WaitingEdit => ({
  name: reader.name(tuple, 0),
  of: reader.name(tuple, 1),
  update: reader.text(tuple, 2),
})
