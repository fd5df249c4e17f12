/** The ways to merge a log that R8 compares: ours, and last writer wins by hand. Each is prepared once, and merges all of it at every pass. */
import {
  decodePage,
  EMPTY_RECORD,
  type LogEntry,
  mergeOperations,
  mintReplicaId,
  mintSpaceId,
  type Name,
  type RecordState,
} from '@tombolo/core'
import { newDirectory } from '../harness/directory.ts'
import { cpuOf } from '../harness/measure.ts'
import { mergeNumbers, mergeStrings, type NamedWrite, type RegisterWrite } from '../raw/clocks.ts'
import { RegisterTable } from '../raw/register-table.ts'
import { loadSeldom, loadText, LocalStore, nodeStorage, random, sha256 } from './built.ts'
import { FIELDS, forms, logOf, pagesOf, registerWritesIn } from './log.ts'

export type Way = 'numbers' | 'strings' | 'merged' | 'rawPersisted' | 'persisted'

/** One pass over the log: microseconds of CPU for each register that it writes. */
export type Pass = () => Promise<number>

const BATCH_WRITES = 5000

export function passOf(way: Way, records: number): Pass {
  const space = mintSpaceId(Date.now(), random)
  const entries = logOf(records, space)
  const pass = PREPARE[way](entries, space)
  return async () => (await pass()) / registerWritesIn(entries)
}

const PREPARE: Readonly<Record<Way, (entries: readonly LogEntry[], space: ReturnType<typeof mintSpaceId>) => Pass>> = {
  numbers: (entries) => {
    const writes = entries.flatMap(numberedWrites(entries))
    return () => cpuOf(() => mergeNumbers(entries.length, FIELDS.length, writes))
  },
  strings: (entries) => {
    const writes = entries.flatMap(namedWrites)
    return () => cpuOf(() => mergeStrings(writes))
  },
  merged: (entries) => () => cpuOf(() => mergeAll(entries)),
  rawPersisted: (entries) => {
    const batches = chunks(entries.flatMap(namedWrites), BATCH_WRITES).map((batch) => JSON.stringify(batch))
    return async () => {
      const table = new RegisterTable(newDirectory())
      const cost = await cpuOf(() => batches.forEach((batch) => table.mergeText(batch)))
      table.database.close()
      return cost
    }
  },
  persisted: (entries, space) => {
    const anybody = mintReplicaId(random)
    const pages = pagesOf(entries, space, anybody)
    return async () => {
      const database = await nodeStorage({ directory: newDirectory() }).open('store')
      const store = await LocalStore.open(database, forms, { nowMs: Date.now, random, hash: sha256, loadText, loadUpgrade: loadSeldom })
      store.state.transact(() => store.state.spaces.add(space, false))
      const addressed = pages.map((page) => page.replace(anybody, store.state.replica))
      const cost = await cpuOf(() => addressed.forEach((page) => take(store, page)))
      database.close()
      return cost
    }
  },
}

function mergeAll(entries: readonly LogEntry[]): ReadonlyMap<string, RecordState> {
  const records = new Map<string, RecordState>()
  const names = new Set<Name>()
  const known = (name: Name): boolean => names.has(name)
  for (const { name, content, by, effectiveStamp: stamp, hubStamp, version } of entries) {
    const write = { name, stamp, hubStamp, by, version, unverified: false, known, text: null }
    for (const operations of content?.operations ?? []) {
      const before = records.get(operations.record) ?? EMPTY_RECORD
      records.set(operations.record, mergeOperations(before, operations, write).record)
    }
    names.add(name)
  }
  return records
}

function take(store: LocalStore, text: string): void {
  const page = decodePage(JSON.parse(text))
  if (!page.ok || !store.hub.pageArrived(null, page.value)) throw new Error('the device of the bench refuses a page')
}

function numberedWrites(entries: readonly LogEntry[]): (entry: LogEntry) => RegisterWrite[] {
  const rows = new Map<string, number>()
  for (const { content } of entries) {
    const record = content?.operations[0]?.record ?? ''
    if (!rows.has(record)) rows.set(record, rows.size)
  }
  return ({ content, effectiveStamp }) => {
    const row = rows.get(content?.operations[0]?.record ?? '') ?? 0
    return FIELDS.map((_, field) => ({ row, field, clock: effectiveStamp, value: String(field) }))
  }
}

function namedWrites({ content, effectiveStamp }: LogEntry): NamedWrite[] {
  const record = content?.operations[0]?.record ?? ''
  const clock = effectiveStamp.toString(36).padStart(12, '0')
  return FIELDS.map((field) => ({ record, field, clock, value: `${field} at ${effectiveStamp}` }))
}

const chunks = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, chunk) => list.slice(chunk * size, (chunk + 1) * size))
