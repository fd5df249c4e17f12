/**
 * `npm run bench`: every row beside its raw limit, in one run.
 *
 *   npm run bench                    all rows, some minutes
 *   npm run bench -- --quick         under a minute; coarse
 *   npm run bench -- R2 R7           these rows
 *   npm run bench -- --scale 10      also on stores that hold ten times the records: how cost grows
 *   npm run bench -- --json          the last line is one JSON object
 */
import { removeDirectories } from './harness/directory.ts'
import { type Figure, grown, type Row } from './harness/figure.ts'
import { machineNotes } from './harness/machine.ts'
import { jsonOf, tableOf } from './harness/report.ts'
import { settingsFrom } from './harness/settings.ts'
import { r1 } from './rows/r1-many.ts'
import { r2 } from './rows/r2-one.ts'
import { r3 } from './rows/r3-read.ts'
import { r4 } from './rows/r4-live.ts'
import { r6 } from './rows/r6-queue.ts'
import { r7 } from './rows/r7-delay.ts'
import { r8 } from './rows/r8-merge.ts'
import { r9 } from './rows/r9-hub.ts'
import { r16 } from './rows/r16-memory.ts'

const ROWS: readonly Row[] = [r1, r2, r3, r4, r6, r7, r8, r9, r16]

const settings = settingsFrom(process.argv.slice(2))
const figures: Figure[] = []
process.on('exit', removeDirectories)
for (const row of ROWS) {
  if (settings.only.length > 0 && !settings.only.includes(row.name)) continue
  const startedAtMs = performance.now()
  figures.push(...(await measured(row)))
  console.error(`${row.name} took ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`)
}
console.log(tableOf(figures))
for (const note of machineNotes(figures)) console.log(note)
if (settings.json) console.log(jsonOf(figures))

/** On larger stores beside the usual ones, so that the run itself tells how cost grows. */
async function measured(row: Row): Promise<readonly Figure[]> {
  const { scale } = settings
  if (scale === 1) return row.measure(settings)
  const usual = await row.measure({ ...settings, scale: 1 })
  const large = await row.measure(settings)
  return large.map((figure, index) => grown(figure, usual[index] ?? figure, scale))
}
