/**
 * The oracle: what a record is, from the definitions of the design and the bare set of its writes; what it shows is in ../testing.ts. It merges
 * nothing, knows no order, and imports nothing from merge/: if it and the kernel agree on thousands of histories, both say what the design says.
 *
 *   entries of a field    the writes of it that no arrived write's `over` names
 *   awaited               names in an arrived `over` that have not arrived
 *   a text                the entry's string with every edit of it that stands, by Yjs itself
 */
import * as Y from 'yjs'
import { canonicalJson, type Json } from '../canonical.ts'
import type { Name } from '../ids.ts'
import type { Stamp } from '../stamp.ts'
import { clientIdOf } from '../yjs.ts'
import type { Arrival } from './arrivals.ts'

type Operation = Arrival['operations']['fields'][number]

/** One write of one place: of a field, of an element of a set, or of the record's life. */
interface PlaceWrite {
  readonly name: Name
  readonly stamp: Stamp
  readonly hubStamp: Stamp
  readonly by: string
  readonly unverified: boolean
  readonly over: readonly Name[]
  /** Undefined for a removal, which is no entry. */
  readonly value: Json | undefined
  readonly resolves: string | undefined
}

interface PlaceEdit {
  readonly name: Name
  readonly of: Name
  readonly update: string
}

export interface OracleEntry extends PlaceWrite {
  readonly value: Json
  /** Client id → characters; undefined where nobody edited in place. */
  readonly state: Readonly<Record<string, number>> | undefined
}

export interface Place {
  readonly entries: readonly OracleEntry[]
  readonly awaited: readonly Name[]
  readonly waiting: readonly PlaceEdit[]
}

export interface OracleRecord {
  readonly life: Place
  readonly registers: Readonly<Record<string, Place>>
  readonly sets: Readonly<Record<string, Readonly<Record<string, Place>>>>
  readonly counters: Readonly<Record<string, number>>
}

/** The empty string that every text begins with. */
const ORIGIN = 'A'.repeat(22) as Name

// ---- what there is ----

export function oracleRecord(arrivals: readonly Arrival[]): OracleRecord {
  const operations = arrivals.flatMap((arrival) => arrival.operations.fields.map((operation) => ({ arrival, operation })))
  const fields = (kinds: readonly Operation['kind'][]): string[] => [
    ...new Set(operations.filter(({ operation }) => kinds.includes(operation.kind)).map(({ operation }) => operation.field)),
  ]
  const elements = (field: string): string[] => [...new Set(operations.flatMap(({ operation }) => elementKey(operation, field) ?? []))]
  return {
    life: place(
      arrivals.map((arrival) => lifeWrite(arrival)),
      [],
    ),
    registers: Object.fromEntries(fields(['set', 'edit']).map((field) => [field, registerPlace(arrivals, field)])),
    sets: Object.fromEntries(
      fields(['addTo', 'removeFrom']).map((field) => [
        field,
        Object.fromEntries(
          elements(field).map((key) => [
            key,
            place(
              arrivals.flatMap((arrival) => elementWrites(arrival, field, key)),
              [],
            ),
          ]),
        ),
      ]),
    ),
    counters: Object.fromEntries(fields(['increment']).map((field) => [field, sumOf(arrivals, field)])),
  }
}

function place(writes: readonly PlaceWrite[], edits: readonly PlaceEdit[]): Place {
  const named = new Set(writes.flatMap((write) => write.over))
  const arrived = new Set(writes.map((write) => write.name))
  const origin = edits.some((edit) => edit.of === ORIGIN) ? [ORIGIN_WRITE] : []
  const entries = [...writes, ...origin].filter((write) => write.value !== undefined && !named.has(write.name)) as (PlaceWrite & {
    value: Json
  })[]
  const texts = entries.map((entry) => ({
    entry,
    ...textOf(
      entry,
      edits.filter((edit) => edit.of === entry.name),
    ),
  }))
  const orphans = edits.filter((edit) => edit.of !== ORIGIN && !arrived.has(edit.of) && !named.has(edit.of))
  return {
    // An empty string nobody's edit of which stands yet is not there.
    entries: texts
      .flatMap(({ entry, value, state }) => (entry.name === ORIGIN && state === undefined ? [] : [{ ...entry, value, state }]))
      .toSorted(byName),
    awaited: [...named].filter((name) => !arrived.has(name)).toSorted(),
    waiting: [...orphans, ...texts.flatMap((text) => text.waiting)].toSorted(byName),
  }
}

const ORIGIN_WRITE: PlaceWrite = {
  name: ORIGIN,
  stamp: 0 as Stamp,
  hubStamp: 0 as Stamp,
  by: '',
  unverified: false,
  over: [],
  value: '',
  resolves: undefined,
}

const byName = (a: { readonly name: Name }, b: { readonly name: Name }): number => (a.name < b.name ? -1 : 1)

function timesOf({
  name,
  stamp,
  hubStamp,
  by,
  unverified,
}: Arrival): Pick<PlaceWrite, 'name' | 'stamp' | 'hubStamp' | 'by' | 'unverified'> {
  return { name, stamp, hubStamp, by, unverified }
}

const lifeWrite = (arrival: Arrival): PlaceWrite => ({
  ...timesOf(arrival),
  over: arrival.operations.lifeOver,
  value: arrival.operations.life,
  resolves: undefined,
})

function registerPlace(arrivals: readonly Arrival[], field: string): Place {
  const writes = arrivals.flatMap((arrival) =>
    arrival.operations.fields.flatMap((operation) =>
      operation.kind === 'set' && operation.field === field
        ? [{ ...timesOf(arrival), over: operation.over, value: operation.value, resolves: operation.resolves }]
        : [],
    ),
  )
  const edits = arrivals.flatMap((arrival) =>
    arrival.operations.fields.flatMap((operation) =>
      operation.kind === 'edit' && operation.field === field ? [{ name: arrival.name, of: operation.of, update: operation.update }] : [],
    ),
  )
  return place(writes, edits)
}

function elementKey(operation: Operation, field: string): string | undefined {
  const isOne = (operation.kind === 'addTo' || operation.kind === 'removeFrom') && operation.field === field
  return isOne ? canonicalJson(operation.element) : undefined
}

function elementWrites(arrival: Arrival, field: string, key: string): PlaceWrite[] {
  return arrival.operations.fields.flatMap((operation) =>
    elementKey(operation, field) === key && (operation.kind === 'addTo' || operation.kind === 'removeFrom')
      ? [
          {
            ...timesOf(arrival),
            over: operation.over,
            value: operation.kind === 'addTo' ? operation.element : undefined,
            resolves: undefined,
          },
        ]
      : [],
  )
}

function sumOf(arrivals: readonly Arrival[], field: string): number {
  const all = arrivals.flatMap((arrival) => arrival.operations.fields)
  const steps = all.map((operation) => (operation.kind === 'increment' && operation.field === field ? BigInt(operation.by) : 0n))
  const sum = steps.reduce((total, by) => total + by, 0n)
  return Number(BigInt.asIntN(53, sum))
}

// ---- texts, by Yjs itself ----

interface Text {
  readonly value: Json
  readonly state: OracleEntry['state']
  readonly waiting: readonly PlaceEdit[]
}

/** Everything that stands, once it is there together with all that it builds on. */
function textOf(entry: PlaceWrite & { value: Json }, edits: readonly PlaceEdit[]): Text {
  let updates = [seedOf(entry)]
  let waiting = edits
  for (;;) {
    const standing = waiting.filter((edit) => isWhole([...updates, bytesOf(edit)]))
    if (standing.length === 0) break
    updates = updates.concat(standing.map(bytesOf))
    waiting = waiting.filter((edit) => !standing.includes(edit))
  }
  if (waiting.length === edits.length) return { value: entry.value, state: undefined, waiting }
  const doc = docOf(updates)
  const state = [...Y.decodeStateVector(Y.encodeStateVector(doc))].map(([client, clock]) => [`${client}`, clock] as const)
  return { value: doc.getText('t').toJSON(), state: Object.fromEntries(state), waiting }
}

function seedOf(entry: PlaceWrite & { value: Json }): Uint8Array {
  const doc = new Y.Doc()
  doc.clientID = clientIdOf(entry.name)
  doc.getText('t').insert(0, typeof entry.value === 'string' ? entry.value : '')
  return Y.encodeStateAsUpdate(doc)
}

function docOf(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  return doc
}

function isWhole(updates: readonly Uint8Array[]): boolean {
  const { store } = docOf(updates)
  return store.pendingStructs === null && store.pendingDs === null
}

const bytesOf = (edit: PlaceEdit): Uint8Array => Uint8Array.from(atob(edit.update), (character) => character.charCodeAt(0))

// ---- how it is written ----

/** The canonical text that every replica that has these writes must have. */
export function oracleText(record: OracleRecord): string {
  const sets = Object.entries(record.sets).map(([field, elements]) => {
    const held = Object.entries(elements).map(([key, tags]) => [key, placeJson(tags)] as const)
    const known = held.filter(([, tags]) => tags !== undefined)
    return [field, known.length === 0 ? undefined : { elements: Object.fromEntries(known) }] as const
  })
  const registers = Object.entries(record.registers).map(([field, register]) => [field, placeJson(register)] as const)
  const counters = Object.entries(record.counters).map(([field, sum]) => [field, { sum }] as const)
  return canonicalJson({
    life: placeJson(record.life) ?? {},
    fields: Object.fromEntries<Json | undefined>([...sets, ...registers, ...counters]),
  })
}

function placeJson({ entries, awaited, waiting }: Place): { readonly [key: string]: Json | undefined } | undefined {
  if (entries.length + awaited.length + waiting.length === 0) return undefined
  const orNothing = (list: readonly Json[]): Json | undefined => (list.length === 0 ? undefined : list)
  return {
    entries: orNothing(
      entries.map(({ name, value, stamp, hubStamp, by, unverified, resolves, state }) => ({
        name,
        value,
        stamp,
        hubStamp,
        by,
        resolves,
        state,
        unverified: unverified ? true : undefined,
      })),
    ),
    awaited: orNothing(awaited),
    waiting: orNothing(waiting.map((edit) => ({ ...edit }))),
  }
}

// ---- what is shown ----

export const oracleElements = (elements: Readonly<Record<string, Place>>): string[] =>
  Object.entries(elements).flatMap(([key, { entries }]) => (entries.length > 0 ? [key] : []))
