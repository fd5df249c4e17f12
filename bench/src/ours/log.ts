/**
 * A log as a hub serves it, of two people who edit the same records at the same time: each writes all five fields of each record
 * twice, the second time over what they wrote first. Entries come in a random order that each person's own order allows.
 */
import { createHash, randomBytes } from 'node:crypto'
import {
  contentHashOf,
  contentText,
  collection,
  encodePage,
  type FieldOperation,
  type LogEntry,
  mintIntent,
  mintRecordId,
  type Name,
  nameOf,
  type Page,
  type RecordId,
  type ReplicaId,
  type SchemaDefinition,
  schema,
  type SpaceId,
  type Stamp,
  stampAt,
  string,
} from '@tombolo/core'

export const FIELDS = ['one', 'two', 'three', 'four', 'five'] as const
const TURNS = 2
const PAGE_ENTRIES = 1000
const START_MS = 1_790_000_000_000

export const forms: SchemaDefinition = schema({
  version: 1,
  collections: { forms: collection({ one: string(), two: string(), three: string(), four: string(), five: string() }) },
})

/** How many registers the log writes. */
export const registerWritesIn = (entries: readonly LogEntry[]): number => entries.length * FIELDS.length

export function logOf(records: number, space: SpaceId): readonly LogEntry[] {
  const ids = Array.from({ length: records }, () => mintRecordId(START_MS, (count) => randomBytes(count)))
  const chains = ids.flatMap((id) => ['ann', 'ben'].map((by) => chainOf(id, by, space)))
  const entries: LogEntry[] = []
  for (let turn = 0; turn < TURNS; turn++) {
    for (const chain of shuffled(chains)) {
      const entry = chain[turn]
      if (entry !== undefined) entries.push({ ...entry, version: entries.length + 1 })
    }
  }
  return entries
}

function chainOf(record: RecordId, by: string, space: SpaceId): readonly LogEntry[] {
  const chain: LogEntry[] = []
  let over: readonly Name[] = []
  for (let turn = 0; turn < TURNS; turn++) {
    const entry = entryOf(record, by, space, over, stampAt(START_MS + Math.floor(Math.random() * 1e6)))
    chain.push(entry)
    over = [entry.name]
  }
  return chain
}

function entryOf(record: RecordId, by: string, space: SpaceId, over: readonly Name[], stamp: Stamp): LogEntry {
  const fields: FieldOperation[] = FIELDS.map((field) => ({ kind: 'set', field, value: `${field} by ${by} at ${stamp}`, over }))
  const intent = mintIntent((count) => randomBytes(count))
  const operations = [{ collection: 'forms', record, life: 'alive' as const, lifeOver: over, fields }]
  const content = { intent, stamp, space, schemaVersion: 1, label: null, operations }
  const name = nameOf(intent, contentHashOf(sha256, contentText(content)))
  return { version: 0, name, content, by, effectiveStamp: stamp, hubStamp: stamp, unverified: false, awaits: [] }
}

/** The pages, as they come over the wire. */
export function pagesOf(entries: readonly LogEntry[], space: SpaceId, replica: ReplicaId): readonly string[] {
  const pages: string[] = []
  for (let start = 0; start < entries.length; start += PAGE_ENTRIES) {
    const slice = entries.slice(start, start + PAGE_ENTRIES)
    const page: Page = {
      epoch: 'bench',
      replica,
      space,
      hubTimeMs: START_MS,
      from: start === 0 ? null : String(start),
      cursor: String(start + PAGE_ENTRIES),
      more: start + PAGE_ENTRIES < entries.length,
      head: entries.length,
      verdicts: [],
      body: { type: 'log', entries: slice },
      durableThrough: 0,
    }
    pages.push(JSON.stringify(encodePage(page)))
  }
  return pages
}

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((item) => [Math.random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item)
}
