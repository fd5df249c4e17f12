/**
 * What stands in a record, from the definitions of merging alone: no order, no merging, nothing of the product but the form of a change.
 *
 *   entries of a place   the writes of it that no arrived write's `over` names
 *   awaited              names in an arrived `over` that have not arrived
 *   a text               the entry's string with every edit of it that stands, by Yjs itself
 */
import { canonicalJson, type FieldOperation, type Json, type Name } from '@tombolo/core'
import { clientIdOf } from '@tombolo/core/yjs'
import * as Y from 'yjs'
import type { Arrival } from './writes.ts'

type Operation<Kind extends FieldOperation['kind']> = Extract<FieldOperation, { kind: Kind }>

export interface Entry extends Pick<Arrival, 'name' | 'stamp' | 'hubStamp' | 'by' | 'unverified'> {
  readonly value: Json
  readonly resolves: string | undefined
}

/** A field, an element of a set, or the record's life. */
export interface Place {
  readonly entries: readonly Entry[]
  readonly awaited: readonly Name[]
  /** Names of edits that wait. */
  readonly waiting: readonly Name[]
}

export interface Standing {
  readonly life: Place
  readonly registers: ReadonlyMap<string, Place>
  /** By field, then by the canonical text of the element. */
  readonly sets: ReadonlyMap<string, ReadonlyMap<string, Place>>
  readonly counters: ReadonlyMap<string, number>
}

/** A write of one place. Without a value it is no entry: it takes an element out. */
interface Write {
  readonly arrival: Arrival
  readonly value: Json | undefined
  readonly over: readonly Name[]
  readonly resolves?: string | undefined
}

interface Edit {
  readonly name: Name
  readonly of: Name
  readonly update: string
}

export function standingOf(arrivals: readonly Arrival[]): Standing {
  const life = arrivals.map((arrival): Write => ({ arrival, value: arrival.operations.life, over: arrival.operations.lifeOver }))
  const registers = new Map<string, { readonly writes: Write[]; readonly edits: Edit[] }>()
  const sets = new Map<string, Map<string, Write[]>>()
  const sums = new Map<string, bigint>()
  for (const arrival of arrivals) {
    for (const operation of arrival.operations.fields) {
      const { field } = operation
      switch (operation.kind) {
        case 'set':
          at(registers, field, newRegister).writes.push({ ...operation, arrival })
          break
        case 'edit':
          at(registers, field, newRegister).edits.push({ ...operation, name: arrival.name })
          break
        case 'addTo':
        case 'removeFrom':
          at(at(sets, field, newSet), canonicalJson(operation.element), newList).push(tagOf(arrival, operation))
          break
        case 'increment':
          sums.set(field, (sums.get(field) ?? 0n) + BigInt(operation.by))
      }
    }
  }
  return {
    life: place(life, []),
    registers: mapped(registers, ({ writes, edits }) => place(writes, edits)),
    sets: mapped(sets, (elements) => mapped(elements, (tags) => place(tags, []))),
    counters: mapped(sums, (sum) => Number(BigInt.asIntN(53, sum))),
  }
}

const newRegister = (): { readonly writes: Write[]; readonly edits: Edit[] } => ({ writes: [], edits: [] })
const newSet = (): Map<string, Write[]> => new Map()
const newList = (): Write[] => []

const tagOf = (arrival: Arrival, { kind, element, over }: Operation<'addTo' | 'removeFrom'>): Write => ({
  arrival,
  value: kind === 'addTo' ? element : undefined,
  over,
})

/** The empty string that every text begins with, and that nobody wrote. */
const ORIGIN = 'A'.repeat(22) as Name
const BEGINNING: Entry = {
  name: ORIGIN,
  stamp: 0 as never,
  hubStamp: 0 as never,
  by: '',
  unverified: false,
  value: '',
  resolves: undefined,
}

function place(writes: readonly Write[], edits: readonly Edit[]): Place {
  const named = new Set(writes.flatMap(({ over }) => over))
  const arrived = new Set(writes.map(({ arrival }) => arrival.name))
  const standing = writes.flatMap((write) =>
    write.value === undefined || named.has(write.arrival.name) ? [] : [entryOf(write, write.value)],
  )
  const begun = edits.some(({ of }) => of === ORIGIN) && !named.has(ORIGIN) ? [BEGINNING] : []
  const texts = [...standing, ...begun].map((entry) => textOf(entry, edits))
  const orphans = edits.filter(({ of }) => of !== ORIGIN && !arrived.has(of) && !named.has(of))
  return {
    // An empty string that nobody's edit stands on yet is not there.
    entries: texts.filter(({ entry, isEdited }) => entry.name !== ORIGIN || isEdited).map(({ entry }) => entry),
    awaited: [...named].filter((name) => !arrived.has(name)).sort(),
    waiting: [...orphans.map(({ name }) => name), ...texts.flatMap(({ waiting }) => waiting)].sort(),
  }
}

const entryOf = ({ arrival: { name, stamp, hubStamp, by, unverified }, resolves }: Write, value: Json): Entry => ({
  name,
  stamp,
  hubStamp,
  by,
  unverified,
  value,
  resolves,
})

// ── texts ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Text {
  readonly entry: Entry
  readonly isEdited: boolean
  readonly waiting: readonly Name[]
}

/** An edit stands once all that it builds on stands. */
function textOf(entry: Entry, all: readonly Edit[]): Text {
  const edits = all.filter(({ of }) => of === entry.name)
  if (edits.length === 0) return { entry, isEdited: false, waiting: [] }
  let updates = [seedOf(entry)]
  let waiting = edits
  for (;;) {
    const standing = waiting.filter((edit) => isWhole(docOf([...updates, bytesOf(edit)])))
    if (standing.length === 0) break
    updates = updates.concat(standing.map(bytesOf))
    waiting = waiting.filter((edit) => !standing.includes(edit))
  }
  const isEdited = waiting.length < edits.length
  const value = isEdited ? docOf(updates).getText('t').toJSON() : entry.value
  return { entry: { ...entry, value }, isEdited, waiting: waiting.map(({ name }) => name) }
}

function seedOf({ name, value }: Entry): Uint8Array {
  const doc = new Y.Doc()
  doc.clientID = clientIdOf(name)
  doc.getText('t').insert(0, typeof value === 'string' ? value : '')
  return Y.encodeStateAsUpdate(doc)
}

function docOf(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  return doc
}

const isWhole = ({ store }: Y.Doc): boolean => store.pendingStructs === null && store.pendingDs === null
const bytesOf = ({ update }: Edit): Uint8Array => Buffer.from(update, 'base64')

// ── helpers ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

function at<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

const mapped = <K, V, R>(map: ReadonlyMap<K, V>, to: (value: V) => R): Map<K, R> =>
  new Map([...map].map(([key, value]) => [key, to(value)]))
