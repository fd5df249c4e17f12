/**
 * The writes that the hub has accepted, from its log, record by record: all that the reference knows. Changes of an older app are upgraded
 * one by one [M7].
 */
import {
  decodeLogChunk,
  type Json,
  type LogEntry,
  type RecordId,
  type RecordOperations,
  type SchemaDefinition,
  type SpaceId,
  upgradeContent,
} from '@tombolo/core'
import { holds } from '../broken.ts'
import type { SpaceLedger } from '../hub/ledger.ts'

/** What one change wrote to one record, with the times that the hub gave it. */
export interface Arrival extends Pick<LogEntry, 'name' | 'hubStamp' | 'by' | 'unverified' | 'version'> {
  readonly stamp: LogEntry['effectiveStamp']
  readonly operations: RecordOperations
}

export interface Written {
  readonly collection: string
  readonly id: RecordId
  readonly arrivals: Arrival[]
}

export function writesOf(space: SpaceId, { chunks }: SpaceLedger, schema: SchemaDefinition): ReadonlyMap<string, Written> {
  const records = new Map<string, Written>()
  for (const entry of chunks.flatMap((text) => entriesOf(text, space))) {
    for (const operations of operationsOf(entry, schema)) {
      const { collection, record } = operations
      const key = `${collection}/${record}`
      const written = records.get(key) ?? { collection, id: record, arrivals: [] }
      const { name, hubStamp, by, unverified, version, effectiveStamp: stamp } = entry
      written.arrivals.push({ name, stamp, hubStamp, by, unverified, version, operations })
      records.set(key, written)
    }
  }
  return records
}

export function entriesOf(text: string, space: SpaceId): readonly LogEntry[] {
  const chunk = decodeLogChunk(JSON.parse(text) as Json, space)
  holds(chunk.ok, 'I-SCHEMA', () => `a chunk of the log cannot be read: ${text.slice(0, 200)}`)
  return chunk.value
}

function operationsOf({ content, name }: LogEntry, schema: SchemaDefinition): readonly RecordOperations[] {
  holds(content !== null, 'I-SCHEMA', () => `${name} has no content in the log`)
  const operations = upgradeContent(schema, content, () => undefined)
  holds(!('code' in operations), 'I-SCHEMA', () => `${name} of version ${content.schemaVersion} cannot be upgraded`)
  return operations
}
