/** R1: 10,000 records of three fields as one change, and by the import path, 100 rows in a transaction. */
import { newDirectory } from '../harness/directory.ts'
import { atMost, type Figure, type Row } from '../harness/figure.ts'
import { cpuOf, interleaved } from '../harness/measure.ts'
import type { Settings } from '../harness/settings.ts'
import { listOf, sightingOf } from '../notes.ts'
import { LocalWriter } from '../ours/local-writer.ts'
import { NoteTable } from '../raw/note-table.ts'

const RECORDS = 10_000
const IMPORTED_AT_ONCE = 100
const WARM_UPS = 3

export const r1: Row = {
  name: 'R1',
  measure: async (settings) => [
    await measured(settings, RECORDS, { key: 'R1', work: 'write 10,000 records as one change', most: 1.7 }),
    await measured(settings, IMPORTED_AT_ONCE, { key: 'R1import', work: 'the same, 100 records a change', most: 2 }),
  ],
}

interface Said {
  readonly key: string
  readonly work: string
  readonly most: number
}

async function measured({ quick, scale }: Settings, atOnce: number, { key, work, most }: Said): Promise<Figure> {
  const batches = listOf((batch) => listOf(sightingOf, batch * atOnce, atOnce), 0, RECORDS / atOnce)
  const raw = new NoteTable(newDirectory())
  const ours = await LocalWriter.open()
  for (let before = 1; before < scale; before++) {
    for (const batch of batches) {
      raw.addAll(batch)
      await ours.addSightings(batch)
    }
  }
  const samples = {
    raw: async () => (await cpuOf(() => batches.map((batch) => raw.addAll(batch)))) / RECORDS,
    ours: async () =>
      (await cpuOf(async () => {
        for (const batch of batches) await ours.addSightings(batch)
      })) / RECORDS,
  }
  const costs = await interleaved(quick ? 4 : 9, samples, WARM_UPS)
  raw.database.close()
  await ours.store.close()
  return atMost(most, { key, work, unit: 'µs CPU/record' }, costs)
}
