/** Increments of counters: those that the hub has accepted, from its log, in the order of versions. They are read once: a log only grows. */
import { type Content, type Name, type RecordId, SPACE_COLLECTION, type SpaceId } from '@tombolo/core'
import type { App } from '../app.ts'
import type { SpaceLedger } from '../hub/ledger.ts'
import { entriesOf } from './writes.ts'

export interface Counter {
  readonly collection: string
  readonly field: string
}

/** The counter of one record. */
export type Spot = string

export interface Increment {
  readonly spot: Spot
  readonly by: number
}

export interface AcceptedIncrement extends Increment {
  readonly name: Name
  readonly version: number
}

/** The counters of an app that both of its releases have, under one name. */
export function countersOf({ device, renamed }: Pick<App, 'device' | 'renamed'>): readonly Counter[] {
  const [older, newest] = [device[1].collections, device[2].collections]
  return Object.values(newest).flatMap(({ name: collection, fields }) =>
    Object.keys(fields)
      .filter((field) => fields[field]?.kind === 'counter' && older[collection]?.fields[field]?.kind === 'counter')
      .filter((field) => collection !== SPACE_COLLECTION && renamed[`${collection} ${field}`] === undefined)
      .map((field) => ({ collection, field })),
  )
}

export const spotOf = ({ collection, field }: Counter, record: RecordId): Spot => `${collection}/${record} ${field}`

export const incrementsIn = ({ operations }: Pick<Content, 'operations'>): readonly Increment[] =>
  operations.flatMap(({ collection, record, fields }) =>
    fields.flatMap((operation) =>
      operation.kind === 'increment' ? [{ spot: spotOf({ collection, field: operation.field }, record), by: operation.by }] : [],
    ),
  )

interface Reading {
  chunks: number
  readonly increments: AcceptedIncrement[]
}

const readings = new WeakMap<SpaceLedger['chunks'], Reading>()

export function incrementsOf(space: SpaceId, { chunks }: SpaceLedger, counters: readonly Counter[]): readonly AcceptedIncrement[] {
  const reading = readings.get(chunks) ?? { chunks: 0, increments: [] }
  readings.set(chunks, reading)
  // Most changes increment nothing, and need not be decoded.
  const mayIncrement = (text: string): boolean => counters.some(({ field }) => text.includes(`"${field}"`))
  for (const text of chunks.slice(reading.chunks)) if (mayIncrement(text)) reading.increments.push(...incrementsAt(text, space))
  reading.chunks = chunks.length
  return reading.increments
}

const incrementsAt = (text: string, space: SpaceId): readonly AcceptedIncrement[] =>
  entriesOf(text, space).flatMap(({ content, name, version }) =>
    content === null ? [] : incrementsIn(content).map((increment) => ({ ...increment, name, version })),
  )
