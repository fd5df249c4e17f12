/** R4: a live query of 100 rows over 50,000: from a write to its callback, alone and beside 1,000 other live queries. */
import { atMost, type Figure, type Row } from '../harness/figure.ts'
import { cpuEach, cpuEachAwaited, interleaved, median } from '../harness/measure.ts'
import { type Note, noteOf, siteOf } from '../notes.ts'
import { filled } from '../ours/filled.ts'
import { LocalWriter } from '../ours/local-writer.ts'
import { NoteTable } from '../raw/note-table.ts'

const WRITES = 300
const LIMIT = 100
const OTHERS = 1000
const WARM_UPS = 3
const EXTRA_MICROS_MAX = 50
const FIRST_MS_MAX = 2

export const r4: Row = {
  name: 'R4',
  measure: async (settings) => {
    const { oursDirectory, rawDirectory, count } = await filled(settings)
    const rounds = settings.quick ? 5 : 11
    const raw = new NoteTable(rawDirectory)
    const ours = await LocalWriter.open({ directory: oursDirectory })
    let next = count
    const note = (site: string): Note => ({ ...noteOf(++next), site })
    const write = (): Promise<number> => cpuEachAwaited(WRITES, () => ours.addNotes([note(siteOf(0))]))
    const firstMs: number[] = []
    const samples = {
      raw: () =>
        cpuEach(WRITES, () => {
          raw.add(note(siteOf(0)))
          raw.newest(siteOf(0), LIMIT)
        }),
      alone: write,
      watched: async () => {
        const watch = watchSite(ours, siteOf(0))
        firstMs.push(watch.firstMs)
        const cost = await write()
        watch.stop(WRITES)
        return cost
      },
      amongOthers: async () => {
        const watch = watchSite(ours, siteOf(0))
        const others = Array.from({ length: OTHERS }, (_, index) => watchSite(ours, `${siteOf(index)} of others`))
        const cost = await write()
        watch.stop(WRITES)
        for (const other of others) other.stop(0)
        return cost
      },
    }
    const costs = await interleaved(rounds, samples, WARM_UPS)
    raw.database.close()
    await ours.store.close()
    return [liveFigure(costs, firstMs), amongFigure(costs)]
  },
}

interface Watch {
  readonly firstMs: number
  /** Checks that it was called back as often as it should have been. */
  readonly stop: (calls: number) => void
}

function watchSite({ store, space }: LocalWriter, site: string): Watch {
  let calls = -1
  const startedAtMs = performance.now()
  const stop = store.db.notes
    .in(space)
    .where({ site })
    .orderBy('at', 'desc')
    .limit(LIMIT)
    .watch(() => void calls++)
  const firstMs = performance.now() - startedAtMs
  return {
    firstMs,
    stop: (wanted) => {
      stop()
      if (calls !== wanted) throw new Error(`a live query told ${calls} changes, not ${wanted}`)
    },
  }
}

type Costs = Readonly<Record<'raw' | 'alone' | 'watched' | 'amongOthers', readonly number[]>>

function liveFigure({ raw, alone, watched }: Costs, firstMs: readonly number[]): Figure {
  const extra = median(watched.map((cost, round) => cost - (alone[round] ?? 0)))
  const first = median(firstMs.slice(WARM_UPS))
  const note = `${extra.toFixed(0)} µs beyond the write itself (${median(alone).toFixed(0)}); first result ${first.toFixed(2)} ms`
  const figure = atMost(0, { key: 'R4', work: 'write → callback of a live query', unit: 'µs CPU/write', note }, { ours: watched, raw })
  const goal = `≤ own write + ${EXTRA_MICROS_MAX} µs, first ≤ ${FIRST_MS_MAX} ms`
  return { ...figure, goal, reached: extra <= EXTRA_MICROS_MAX && first <= FIRST_MS_MAX }
}

const amongFigure = ({ watched, amongOthers }: Costs): Figure =>
  withGoal(
    atMost(
      2,
      { key: 'R4thousand', work: 'the same among 1,000 others', unit: 'µs CPU/write', note: 'raw: alone' },
      {
        ours: amongOthers,
        raw: watched,
      },
    ),
    '≤ 2 × alone',
  )

const withGoal = (figure: Figure, goal: string): Figure => ({ ...figure, goal })
