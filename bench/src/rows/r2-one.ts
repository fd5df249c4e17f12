/** R2: one record in each durable write, one after another, and 64 writes at once. */
import { newDirectory } from '../harness/directory.ts'
import { atMost, type Figure, type Row } from '../harness/figure.ts'
import { cpuOf, interleaved, median } from '../harness/measure.ts'
import { listOf, sightingOf } from '../notes.ts'
import { LocalWriter } from '../ours/local-writer.ts'
import { NoteTable } from '../raw/note-table.ts'

const WRITES = 1000
const WARM_UPS = 4
const AT_ONCE = 64
const GROUPED_PER_SECOND_MIN = 20_000

export const r2: Row = {
  name: 'R2',
  measure: async ({ quick, scale }) => {
    const rounds = quick ? 5 : 15
    const raw = new NoteTable(newDirectory())
    const ours = await LocalWriter.open()
    for (let before = 1; before < scale; before++) {
      const earlier = listOf(sightingOf, 0, 10_000)
      raw.addAll(earlier)
      await ours.addSightings(earlier)
    }
    const list = listOf(sightingOf, 0, WRITES)
    const groupedPerSecond: number[] = []
    const samples = {
      raw: async () => (await cpuOf(() => list.forEach((sighting) => void raw.add(sighting)))) / WRITES,
      ours: async () => (await cpuOf(() => oneByOne(ours, list))) / WRITES,
      rawGrouped: async () => (await cpuOf(() => inGroups(list, async (group) => void raw.addAll(group)))) / WRITES,
      grouped: async () => {
        const startedAtMs = performance.now()
        const cost = await cpuOf(() => inGroups(list, (group) => Promise.all(group.map((sighting) => ours.addSightings([sighting])))))
        groupedPerSecond.push((1000 * WRITES) / (performance.now() - startedAtMs))
        return cost / WRITES
      },
    }
    const costs = await interleaved(rounds, samples, WARM_UPS)
    raw.database.close()
    await ours.store.close()
    const single = { ours: costs.ours, raw: costs.raw }
    return [
      atMost(1.4, { key: 'R2', work: 'one record per durable write', unit: 'µs CPU/write' }, single),
      grouped({ ours: costs.grouped, raw: costs.rawGrouped }, median(groupedPerSecond.slice(WARM_UPS))),
    ]
  },
}

async function oneByOne(ours: LocalWriter, list: readonly ReturnType<typeof sightingOf>[]): Promise<void> {
  for (const sighting of list) await ours.addSightings([sighting])
}

async function inGroups<T>(list: readonly T[], each: (group: readonly T[]) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < list.length; start += AT_ONCE) await each(list.slice(start, start + AT_ONCE))
}

function grouped(costs: { readonly ours: readonly number[]; readonly raw: readonly number[] }, perSecond: number): Figure {
  const said = { key: 'R2grouped', work: '64 such writes at once', unit: 'µs CPU/write', note: `${Math.round(perSecond)} writes/s` }
  const figure = atMost(Number.POSITIVE_INFINITY, said, costs)
  return { ...figure, goal: `≥ ${GROUPED_PER_SECOND_MIN}/s`, reached: perSecond >= GROUPED_PER_SECOND_MIN }
}
