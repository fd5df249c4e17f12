/**
 * `npm run bench:browser`: the rows that need a browser, beside their raw limit, in one run.
 *
 *   npm run bench:browser                   all rows, some minutes
 *   npm run bench:browser -- --quick        coarse, on a tenth of the records
 *   npm run bench:browser -- R12 R14        these rows
 *   npm run bench:browser -- --json         the last line is one JSON object
 */
import { rmSync } from 'node:fs'
import { buildSite } from '../../tools/browser/site.ts'
import { removeDirectories } from '../src/harness/directory.ts'
import type { Figure } from '../src/harness/figure.ts'
import { machineNotes } from '../src/harness/machine.ts'
import { jsonOf, tableOf } from '../src/harness/report.ts'
import { settingsFrom } from '../src/harness/settings.ts'
import { closeHubs } from './filled-profile.ts'
import { r12 } from './rows/r12-work.ts'
import { r13 } from './rows/r13-open.ts'
import { r14 } from './rows/r14-leader.ts'
import { r15 } from './rows/r15-download.ts'
import type { BrowserRow } from './rows/row.ts'

const ROWS: readonly BrowserRow[] = [r12, r13, r14, r15]

const settings = settingsFrom(process.argv.slice(2))
const pages = await buildSite(new URL('./lab/', import.meta.url), { built: true })
process.on('exit', () => rmSync(pages, { recursive: true, force: true }))
process.on('exit', removeDirectories)
const figures: Figure[] = []
for (const row of ROWS) {
  if (settings.only.length > 0 && !settings.only.includes(row.name)) continue
  const startedAtMs = performance.now()
  figures.push(...(await row.measure(settings, pages)))
  console.error(`${row.name} took ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`)
}
await closeHubs()
console.log(tableOf(figures))
for (const note of machineNotes(figures)) console.log(note)
if (settings.json) console.log(jsonOf(figures))
