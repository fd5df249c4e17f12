/** R8: writes of registers merged in memory, and decoded, merged and persisted as a device does it with the pages of a pull. */
import { decodePage, EMPTY_RECORD, type LogEntry, mergeOperations, mintSpaceId, type Name, type RecordState } from '@tombolo/core'
import { newDirectory } from '../harness/directory.ts'
import type { Figure, Row } from '../harness/figure.ts'
import { cpuOf, interleaved, median, medianRatio } from '../harness/measure.ts'
import { LocalStore, nodeStorage, random, sha256 } from '../ours/built.ts'
import { FIELDS, forms, logOf, pagesOf, registerWritesIn } from '../ours/log.ts'
import { mergeNumbers, mergeStrings, type NamedWrite, type RegisterWrite } from '../raw/clocks.ts'
import { RegisterTable } from '../raw/register-table.ts'

const IN_MEMORY_MIN = 1_000_000
const PERSISTED_MIN = 250_000

export const r8: Row = {
  name: 'R8',
  measure: async ({ quick, scale }) => {
    const rounds = quick ? 4 : 9
    const space = mintSpaceId(Date.now(), random)
    const entries = logOf((quick ? 2000 : 10_000) * scale, space)
    const numbered = entries.flatMap(numberedWrites(entries))
    const named = entries.flatMap(namedWrites)
    const batches = pagesBy(named, 5000).map((batch) => JSON.stringify(batch))
    const writes = registerWritesIn(entries)
    const perSecond = (cost: number): number => (writes * 1e6) / cost
    const costs = await interleaved(rounds, {
      numbers: () => cpuOf(() => mergeNumbers(entries.length, FIELDS.length, numbered)),
      strings: () => cpuOf(() => mergeStrings(named)),
      merged: () => cpuOf(() => mergeAll(entries)),
      rawPersisted: async () => {
        const table = new RegisterTable(newDirectory())
        const cost = await cpuOf(() => batches.forEach((batch) => table.mergeText(batch)))
        table.database.close()
        return cost
      },
      persisted: async () => {
        const database = await nodeStorage({ directory: newDirectory() }).open('store')
        const store = new LocalStore(database, forms, { nowMs: Date.now, random, hash: sha256 })
        store.state.transact(() => store.state.spaces.add(space, false))
        const pages = pagesOf(entries, space, store.state.replica)
        const cost = await cpuOf(() => pages.forEach((page) => take(store, page)))
        database.close()
        return cost
      },
    })
    const numbers = Math.round(perSecond(median(costs.numbers)))
    const note = `raw: string clocks in a map; numeric clocks in typed arrays ${numbers.toLocaleString('en')}`
    return [
      rateFigure({ key: 'R8', work: 'registers merged in memory', note }, IN_MEMORY_MIN, costs.merged, costs.strings, perSecond),
      rateFigure({ key: 'R8persisted', work: 'decoded, merged, persisted' }, PERSISTED_MIN, costs.persisted, costs.rawPersisted, perSecond),
    ]
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

function take(store: InstanceType<typeof LocalStore>, text: string): void {
  const page = decodePage(JSON.parse(text))
  if (!page.ok || !store.pageArrived(null, page.value)) throw new Error('the device of the bench refuses a page')
}

type Said = Pick<Figure, 'key' | 'work'> & { readonly note?: string }

function rateFigure(
  said: Said,
  least: number,
  ours: readonly number[],
  raw: readonly number[],
  perSecond: (cost: number) => number,
): Figure {
  const rate = perSecond(median(ours))
  const [unit, goal] = ['per CPU-second', `≥ ${least.toLocaleString('en')}`]
  return { ...said, unit, ours: rate, raw: perSecond(median(raw)), ratio: medianRatio(ours, raw), goal, reached: rate >= least }
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

const pagesBy = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, page) => list.slice(page * size, (page + 1) * size))
