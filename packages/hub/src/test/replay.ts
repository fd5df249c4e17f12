/** What any reader of the log does: merge its entries in the order of their versions. */
import {
  canonicalJson,
  EMPTY_RECORD,
  type Json,
  type LogEntry,
  mergeOperations,
  type Page,
  type PageBody,
  type RecordState,
} from '@tombolo/core'
import { yjsText } from '@tombolo/core/yjs'
import { type Bench, good } from './bench-hub.ts'
import type { Device } from './device.ts'

export async function readLog(bench: Bench, device: Device): Promise<readonly LogEntry[]> {
  return (await readAll(bench, device)).flatMap((body) => (body.type === 'log' ? body.entries : []))
}

/** Each record's canonical state, by collection and id. */
export async function readRecords(bench: Bench, device: Device): Promise<ReadonlyMap<string, string>> {
  const parts = (await readAll(bench, device, 'records')).flatMap((body) => (body.type === 'records' ? body.records : []))
  return new Map(parts.map(({ collection, id, record }) => [`${collection} ${id}`, canonical(record)]))
}

async function readAll(bench: Bench, device: Device, accept?: 'records'): Promise<readonly PageBody[]> {
  const bodies: PageBody[] = []
  let cursor: string | null = null
  for (;;) {
    const page: Page = good(await bench.pull(device.pull({ cursor, bytesMax: 4000, ...(accept === undefined ? {} : { accept }) })))
    bodies.push(page.body)
    cursor = page.cursor
    if (!page.more) return bodies
  }
}

export function replay(entries: readonly LogEntry[]): ReadonlyMap<string, string> {
  const states = new Map<string, RecordState>()
  for (const entry of entries) {
    const { name, effectiveStamp: stamp, hubStamp, by, version, unverified, awaits } = entry
    const write = { name, stamp, hubStamp, by, version, unverified, known: (other: typeof name) => !awaits.includes(other), text: yjsText }
    for (const operations of entry.content?.operations ?? []) {
      const key = `${operations.collection} ${operations.record}`
      states.set(key, mergeOperations(states.get(key) ?? EMPTY_RECORD, operations, write).record)
    }
  }
  return new Map([...states].map(([key, state]) => [key, canonical(state)]))
}

const canonical = (state: RecordState | null): string => canonicalJson(state as unknown as Json)
