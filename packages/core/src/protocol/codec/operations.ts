/**
 * Operations on the wire. Changes of one kind share a shape, which is written once:
 *
 *   shape    [collection, life, field, form, field, form, …]      then its number
 *   record   [shape, record, life's over?, members of each field in the order of the shape]
 *
 *   life  0 alive, over nothing   1 alive, `over` follows   2 deleted, `over` follows
 *   form  0 set: value            1 set: value, over        2 set: value, over, resolves
 *         3 addTo: element        4 addTo: element, over    5 removeFrom: element, over
 *         6 increment: by         7 edit: update, of
 *
 * Limits of one change (sizes, counts, one operation for each field) are not checked here: they are judged and answered by a verdict.
 */
import { unreachable } from '../../assert.ts'
import type { ConflictId, FieldOperation, RecordOperations } from '../../change.ts'
import type { Name } from '../../ids.ts'
import { readIdentifier } from './identifier.ts'
import type { Reader } from './reader.ts'
import { readValue } from './value.ts'
import type { Tuple, Wire } from './wire.ts'
import type { Writer } from './writer.ts'

type LifeForm = 0 | 1 | 2
type Form = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7

interface Slot {
  readonly field: string
  readonly form: Form
}

interface Shape {
  readonly collection: string
  readonly life: LifeForm
  readonly slots: readonly Slot[]
}

const MEMBERS: Readonly<Record<Form, number>> = { 0: 1, 1: 2, 2: 3, 3: 1, 4: 2, 5: 2, 6: 1, 7: 2 }
const NO_NAMES: readonly Name[] = []
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

// Writing

export class OperationsWriter {
  readonly #writer: Writer
  readonly #numbers = new Map<string, number>()
  /** The record before. Most records have its shape, so no key has to be made. */
  #last: RecordOperations | null = null
  #lastNumber = 0

  constructor(writer: Writer) {
    this.#writer = writer
  }

  write(changed: RecordOperations): Wire {
    const members: Wire[] = [this.#shape(changed), this.#writer.record(changed.record)]
    if (lifeFormOf(changed) !== 0) members.push(this.#writer.names(changed.lifeOver))
    for (const operation of changed.fields) this.#pushMembers(members, operation)
    return members
  }

  #shape(changed: RecordOperations): Wire {
    if (this.#last !== null && sameShape(this.#last, changed)) return this.#lastNumber
    const inFull: (string | number)[] = [changed.collection, lifeFormOf(changed)]
    for (const operation of changed.fields) inFull.push(operation.field, formOf(operation))
    const key = inFull.join()
    const known = this.#numbers.get(key)
    this.#last = changed
    this.#lastNumber = known ?? this.#numbers.size + 1
    if (known === undefined) this.#numbers.set(key, this.#lastNumber)
    return known ?? inFull
  }

  #pushMembers(members: Wire[], operation: FieldOperation): void {
    switch (operation.kind) {
      case 'set':
        members.push(operation.value)
        if (operation.over.length > 0 || operation.resolves !== undefined) members.push(this.#writer.names(operation.over))
        if (operation.resolves !== undefined) members.push(operation.resolves)
        return
      case 'addTo':
        members.push(operation.element)
        if (operation.over.length > 0) members.push(this.#writer.names(operation.over))
        return
      case 'removeFrom':
        members.push(operation.element, this.#writer.names(operation.over))
        return
      case 'increment':
        members.push(operation.by)
        return
      case 'edit':
        members.push(operation.update, this.#writer.name(operation.of))
        return
      default:
        unreachable(operation)
    }
  }
}

const lifeFormOf = ({ life, lifeOver }: RecordOperations): LifeForm => (life === 'deleted' ? 2 : lifeOver.length > 0 ? 1 : 0)

function formOf(operation: FieldOperation): Form {
  switch (operation.kind) {
    case 'set':
      return operation.resolves !== undefined ? 2 : operation.over.length > 0 ? 1 : 0
    case 'addTo':
      return operation.over.length > 0 ? 4 : 3
    case 'removeFrom':
      return 5
    case 'increment':
      return 6
    case 'edit':
      return 7
  }
}

function sameShape(a: RecordOperations, b: RecordOperations): boolean {
  if (a.collection !== b.collection || a.fields.length !== b.fields.length || lifeFormOf(a) !== lifeFormOf(b)) return false
  return a.fields.every((operation, index) => {
    const other = b.fields[index]
    return other !== undefined && operation.field === other.field && formOf(operation) === formOf(other)
  })
}

// Reading

export class OperationsReader {
  readonly #reader: Reader
  readonly #shapes: Shape[] = []

  constructor(reader: Reader) {
    this.#reader = reader
  }

  /** The operations of one change. */
  read(tuple: Tuple, at: number): readonly RecordOperations[] {
    return this.#reader.each(tuple, at, (item) => this.#record(item))
  }

  #record(tuple: Tuple): RecordOperations {
    const reader = this.#reader
    const shape = this.#shape(tuple)
    const record = reader.record(tuple, 1)
    const lifeOver = shape.life === 0 ? NO_NAMES : reader.names(tuple, 2)
    const fields: FieldOperation[] = []
    let at = shape.life === 0 ? 2 : 3
    for (const slot of shape.slots) {
      fields.push(readOperation(reader, slot, tuple, at))
      at += MEMBERS[slot.form]
    }
    return { collection: shape.collection, record, life: shape.life === 2 ? 'deleted' : 'alive', lifeOver, fields }
  }

  #shape(tuple: Tuple): Shape {
    const said = tuple[0]
    if (typeof said === 'number') return this.#shapes[said - 1] ?? this.#reader.refuse(0)
    const shape = this.#reader.within(tuple, 0, (inner) => readShape(this.#reader, inner))
    this.#shapes.push(shape)
    return shape
  }
}

function readShape(reader: Reader, tuple: Tuple): Shape {
  const life = tuple[1]
  if (life !== 0 && life !== 1 && life !== 2) return reader.refuse(1)
  const slots: Slot[] = []
  for (let at = 2; at < tuple.length; at += 2)
    slots.push({ field: readIdentifier(reader, tuple, at), form: readForm(reader, tuple, at + 1) })
  return { collection: readIdentifier(reader, tuple, 0), life, slots }
}

function readForm(reader: Reader, tuple: Tuple, at: number): Form {
  const form = reader.integer(tuple, at, 0)
  return form in MEMBERS ? (form as Form) : reader.refuse(at)
}

function readOperation(reader: Reader, { field, form }: Slot, tuple: Tuple, at: number): FieldOperation {
  switch (form) {
    case 0:
      return { kind: 'set', field, value: readValue(reader, tuple, at), over: NO_NAMES }
    case 1:
      return { kind: 'set', field, value: readValue(reader, tuple, at), over: reader.names(tuple, at + 1) }
    case 2: {
      const value = readValue(reader, tuple, at)
      const over = reader.names(tuple, at + 1)
      return { kind: 'set', field, value, over, resolves: reader.hash128(tuple, at + 2) as ConflictId }
    }
    case 3:
      return { kind: 'addTo', field, element: readValue(reader, tuple, at), over: NO_NAMES }
    case 4:
      return { kind: 'addTo', field, element: readValue(reader, tuple, at), over: reader.names(tuple, at + 1) }
    case 5:
      return { kind: 'removeFrom', field, element: readValue(reader, tuple, at), over: reader.names(tuple, at + 1) }
    case 6:
      return { kind: 'increment', field, by: reader.integer(tuple, at, Number.MIN_SAFE_INTEGER) }
    case 7:
      return { kind: 'edit', field, update: readUpdate(reader, tuple, at), of: reader.name(tuple, at + 1) }
  }
}

function readUpdate(reader: Reader, tuple: Tuple, at: number): string {
  const update = reader.text(tuple, at)
  return BASE64.test(update) ? update : reader.refuse(at)
}
