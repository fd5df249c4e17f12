/** R3: one record by its id, and the newest 100 notes of a site, out of 50,000. */
import { atMost, type Row } from '../harness/figure.ts'
import { cpuEach, cpuEachAwaited, interleaved } from '../harness/measure.ts'
import { siteOf, SITES } from '../notes.ts'
import { filled } from '../ours/filled.ts'
import { LocalWriter } from '../ours/local-writer.ts'
import { NoteTable } from '../raw/note-table.ts'

const POINTS = 10_000
const QUERIES = 500
const LIMIT = 100
const WARM_UPS = 3
const CACHED_MICROS_MAX = 80
/** A step between reads that leaves no page for the next one, and meets every record. */
const STRIDE = 7919

export const r3: Row = {
  name: 'R3',
  measure: async (settings) => {
    const { oursDirectory, rawDirectory, ids, rawIds, space } = await filled(settings)
    const rounds = settings.quick ? 5 : 15
    const raw = new NoteTable(rawDirectory)
    const { store } = await LocalWriter.open({ directory: oursDirectory })
    const newest = (site: string): Promise<unknown> => store.db.notes.in(space).where({ site }).orderBy('at', 'desc').limit(LIMIT).all()
    const samples = {
      rawPoint: () => cpuEach(POINTS, (index) => raw.get(scattered(rawIds, index))),
      point: () => cpuEachAwaited(POINTS, (index) => store.db.notes.get(scattered(ids, index))),
      rawQuery: () => cpuEach(QUERIES, (index) => raw.newest(siteOf(index % SITES), LIMIT)),
      query: () => cpuEachAwaited(QUERIES, (index) => newest(siteOf(index % SITES))),
      cached: () => cpuEachAwaited(QUERIES, () => newest(siteOf(0))),
    }
    const costs = await interleaved(rounds, samples, WARM_UPS)
    raw.database.close()
    await store.close()
    const cached = atMost(
      0,
      { key: 'R3cached', work: 'the same query again', unit: 'µs CPU/query' },
      { ours: costs.cached, raw: costs.rawQuery },
    )
    return [
      atMost(1.2, { key: 'R3point', work: 'point read', unit: 'µs CPU/read' }, { ours: costs.point, raw: costs.rawPoint }),
      atMost(1.1, { key: 'R3query', work: 'query 100 of all', unit: 'µs CPU/query' }, { ours: costs.query, raw: costs.rawQuery }),
      { ...cached, goal: `≤ ${CACHED_MICROS_MAX} µs`, reached: cached.ours <= CACHED_MICROS_MAX },
    ]
  },
}

function scattered<T>(list: readonly T[], index: number): T {
  const found = list[(index * STRIDE) % list.length]
  if (found === undefined) throw new RangeError('the store of the bench is empty')
  return found
}
