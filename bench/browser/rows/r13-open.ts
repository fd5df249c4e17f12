/** R13: how opening grows. A new browser, from `openStore` until the newest hundred of a site are here: of four times the notes, over of one. */
import { atMost } from '../../src/harness/figure.ts'
import { interleaved, median } from '../../src/harness/measure.ts'
import { TOKEN } from '../../src/ours/hub.ts'
import { Browser } from '../browser.ts'
import { filledProfile, type FilledProfile } from '../filled-profile.ts'
import { type BrowserRow, LARGE, SMALL } from './row.ts'

const MOST = 1.5

export const r13: BrowserRow = {
  name: 'R13',
  measure: async ({ quick }, pages) => {
    const [few, many] = quick ? [SMALL.quick, LARGE.quick] : [SMALL.full, LARGE.full]
    const [small, large] = [await filledProfile(pages, few), await filledProfile(pages, many)]
    const opens: number[] = []
    const times = await interleaved(quick ? 3 : 9, {
      raw: async () => (await coldOpen(small)).shownMs,
      ours: async () => {
        const { openMs, shownMs } = await coldOpen(large)
        opens.push(openMs)
        return shownMs
      },
    })
    const note = `of ${many.toLocaleString('en')} over of ${few.toLocaleString('en')}; the store is open after ${median(opens.slice(1)).toFixed(0)} ms`
    const figure = atMost(MOST, { key: 'R13', work: 'cold open, 4 × the records', unit: 'ms', note }, times)
    return [{ ...figure, goal: `≤ ${MOST} × of a fourth` }]
  },
}

async function coldOpen({ origin, profile }: FilledProfile): Promise<{ readonly openMs: number; readonly shownMs: number }> {
  const browser = await Browser.start(profile)
  try {
    const page = await browser.open(origin)
    return await page.evaluate((token) => window.lab.openOurs(token), TOKEN)
  } finally {
    await browser.stop()
  }
}
