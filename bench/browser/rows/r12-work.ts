/** R12: a durable write, a point read and the newest hundred of a site, in a page that asks its worker. */
import type { Page } from 'playwright-core'
import { atMost, type Figure } from '../../src/harness/figure.ts'
import { interleaved, median, type Sample } from '../../src/harness/measure.ts'
import { Browser } from '../browser.ts'
import { filledProfile } from '../filled-profile.ts'
import type { Name } from '../lab/page.ts'
import type { Work } from '../lab/side.ts'
import { type BrowserRow, SMALL } from './row.ts'

const WORKS = [
  { key: 'R12write', work: 'add', words: 'one record per durable write', most: 1.5, count: 300 },
  { key: 'R12point', work: 'get', words: 'point read', most: 2, count: 4000 },
  { key: 'R12query', work: 'newest', words: 'query 100 of all', most: 1.5, count: 600 },
] as const satisfies readonly { key: string; work: Work; words: string; most: number; count: number }[]

export const r12: BrowserRow = {
  name: 'R12',
  measure: async ({ quick }, pages) => {
    const count = quick ? SMALL.quick : SMALL.full
    const { origin, profile } = await filledProfile(pages, count)
    const browser = await Browser.start(profile)
    const page = await browser.open(origin)
    await page.evaluate(() => window.lab.openOurs(null))
    await page.evaluate(() => window.lab.openRaw())
    await page.evaluate((notes) => window.lab.fillRaw(notes), count)
    const figures: Figure[] = []
    for (const each of WORKS) figures.push(await measured(browser, page, each, quick ? 5 : 11))
    await browser.stop()
    return figures
  },
}

async function measured(
  browser: Browser,
  page: Page,
  { key, work, words, most, count }: (typeof WORKS)[number],
  rounds: number,
): Promise<Figure> {
  const waits: Record<Name, number[]> = { ours: [], raw: [] }
  const sample =
    (name: Name): Sample =>
    async () => {
      const cost = await browser.cpuOf(async () => {
        waits[name].push(await page.evaluate(([side, what, times]) => window.lab.work(side, what, times), [name, work, count] as const))
      })
      return cost / count
    }
  const costs = await interleaved(rounds, { raw: sample('raw'), ours: sample('ours') })
  const [ours, raw] = [median(waits.ours.slice(1)), median(waits.raw.slice(1))]
  const note = `the page waits ${ours.toFixed(2)} ms, with the bare worker ${raw.toFixed(2)} ms`
  return atMost(most, { key, work: words, unit: 'µs CPU', note }, costs)
}
