/** R14: a tab that has the store dies; how long until another tab that asks has its answer. Raw: the lock, the files, a query. */
import type { Page } from 'playwright-core'
import { atMost, type Figure } from '../../src/harness/figure.ts'
import { interleaved } from '../../src/harness/measure.ts'
import { Browser } from '../browser.ts'
import { filledProfile } from '../filled-profile.ts'
import type { Name } from '../lab/page.ts'
import { type BrowserRow, SMALL } from './row.ts'

const MOST = 2

const ENDS: Readonly<Record<string, (browser: Browser, page: Page) => Promise<unknown>>> = {
  closes: (_, page) => page.close(),
  crashes: async ({ context }, page) => {
    const session = await context.newCDPSession(page)
    const crashed = page.waitForEvent('crash')
    // Nobody is left to answer this.
    session.send('Page.crash').catch(() => {})
    await crashed
    await page.close()
  },
}

export const r14: BrowserRow = {
  name: 'R14',
  measure: async ({ quick }, pages) => {
    const count = quick ? SMALL.quick : SMALL.full
    const { origin, profile } = await filledProfile(pages, count)
    const browser = await Browser.start(profile)
    await prepareRaw(browser, origin, count)
    const figures: Figure[] = []
    for (const end of Object.keys(ENDS)) {
      const times = await interleaved(quick ? 3 : 9, {
        raw: () => handOverMs(browser, origin, 'raw', end),
        ours: () => handOverMs(browser, origin, 'ours', end),
      })
      figures.push(atMost(MOST, { key: `R14${end}`, work: `new leader when the old tab ${end}`, unit: 'ms' }, times))
    }
    await browser.stop()
    return figures
  },
}

async function prepareRaw(browser: Browser, origin: string, count: number): Promise<void> {
  const page = await openSide(browser, origin, 'raw')
  await page.evaluate((notes) => window.lab.fillRaw(notes), count)
  await page.close()
}

async function handOverMs(browser: Browser, origin: string, name: Name, end: string): Promise<number> {
  const leader = await openSide(browser, origin, name)
  await leader.evaluate((side) => window.lab.work(side, 'newest', 1), name)
  const other = await openSide(browser, origin, name)
  const handedOver = other.evaluate((side) => window.lab.handedOver(side), name)
  // So that its worker has loaded SQLite and stands in line, as that of a tab which has been open for a while does.
  await other.waitForFunction(
    async (lock) => (await navigator.locks.query()).pending?.some(({ name: asked }) => asked === lock),
    LOCKS[name],
  )
  const endedAtMs = Date.now()
  await ENDS[end]?.(browser, leader)
  const tookMs = (await handedOver) - endedAtMs
  await other.close()
  return tookMs
}

const LOCKS: Readonly<Record<Name, string>> = { ours: 'tombolo:store', raw: 'raw' }

async function openSide(browser: Browser, origin: string, name: Name): Promise<Page> {
  const page = await browser.open(origin)
  await page.evaluate(async (side) => (side === 'ours' ? void (await window.lab.openOurs(null)) : window.lab.openRaw()), name)
  return page
}
