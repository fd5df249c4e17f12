// Tabs in a real Chromium: they close, crash, reload and are put aside while others write.
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { launch } from '../../../../tools/browser/chromium.ts'
import { serveSite, type Site } from '../../../../tools/browser/site.ts'
import type { TomboloError } from '../page/errors.ts'
import type { Kind } from '../test/tabs/lab/page.ts'

let server: Site
let context: BrowserContext
/** Titles that some page was told are saved. */
let saved: Set<string>
/** What any page wrote to its console, or threw. */
let problems: string[]

beforeAll(async () => {
  server = await serveSite(new URL('../test/tabs/lab/', import.meta.url))
})
afterAll(async () => server?.stop())
beforeEach(async () => {
  saved = new Set()
  problems = []
  context = await launch()
  await context.exposeBinding('saved', (_, title: string) => void saved.add(title))
})
afterEach(async () => {
  await context?.close()
})

async function openTab(kind: Kind = 'plain'): Promise<Page> {
  const page = await context.newPage()
  page.on('console', (message) => problems.push(message.text()))
  page.on('pageerror', (error) => problems.push(error.message))
  await load(page, kind)
  return page
}

async function load(page: Page, kind: Kind = 'plain'): Promise<void> {
  await page.goto(server.origin)
  await page.evaluate((which) => window.tabsLab.open(which), kind)
}

const write = (page: Page, title: string): Promise<void> => page.evaluate((text) => window.tabsLab.write(text), title)
const titles = (page: Page): Promise<string[]> => page.evaluate(() => window.tabsLab.titles())
const see = async (page: Page, title: string): Promise<void> =>
  void (await page.waitForFunction((text) => window.tabsLab.seen.includes(text), title, { polling: 10 }))

/** Everything that was said to be saved is there, and nothing twice. */
async function expectAllSavedOnce(page: Page): Promise<void> {
  const there = await titles(page)
  expect(new Set(there).size).toBe(there.length)
  expect([...saved].filter((title) => !there.includes(title))).toEqual([])
  expect(await page.evaluate(() => window.tabsLab.errors)).toEqual([])
}

async function savedBy(prefix: string): Promise<void> {
  await expect.poll(() => [...saved].some((title) => title.startsWith(prefix)), { interval: 5, timeout: 20_000 }).toBe(true)
}

/** Ends what a leading tab does; gives the tab that is there afterwards besides the other, if there is one. */
const ENDS: Readonly<Record<string, (leader: Page) => Promise<Page | null>>> = {
  closes: async (leader) => {
    await leader.close()
    return null
  },
  crashes: async (leader) => {
    const session = await context.newCDPSession(leader)
    const crashed = leader.waitForEvent('crash')
    session.send('Page.crash').catch(() => {})
    await crashed
    return null
  },
  reloads: async (leader) => {
    await leader.reload()
    await leader.evaluate(() => window.tabsLab.open())
    return leader
  },
  'goes elsewhere': async (leader) => {
    await leader.goto('about:blank')
    return null
  },
  'loses its worker': async (leader) => {
    await leader.evaluate(() => window.tabsLab.terminateWorker())
    return leader
  },
}

describe('hand-over', () => {
  const handOverMs: Record<string, number[]> = {}
  afterAll(() => {
    const all = Object.entries(handOverMs).map(([how, times]) => `${how} ${times.map((ms) => Math.round(ms)).join(' ')}`)
    console.log(`slowest write of the other tab during a hand-over, in ms: ${all.join('; ')}`)
  })

  test.each(Object.keys(ENDS))(
    'while both tabs write, the leading one %s, four times: each saved note is there once, and no page that is left sees an error',
    async (how) => {
      let leader = await openTab()
      await leader.evaluate(() => window.tabsLab.space())
      for (let round = 1; round <= 4; round++) {
        const other = await openTab()
        await leader.evaluate((prefix) => window.tabsLab.writeOn(prefix), `${how} leader ${round}`)
        await other.evaluate((prefix) => window.tabsLab.writeOn(prefix), `${how} other ${round}`)
        await savedBy(`${how} leader ${round}`)
        await savedBy(`${how} other ${round}`)
        const back = await ENDS[how]?.(leader)
        await other.evaluate(() => window.tabsLab.titles())
        const slowestMs = await other.evaluate(() => window.tabsLab.stop())
        handOverMs[how] = [...(handOverMs[how] ?? []), slowestMs]
        await back?.evaluate(() => window.tabsLab.stop())
        for (const page of [other, back]) if (page !== null && page !== undefined) await expectAllSavedOnce(page)
        await back?.close()
        leader = other
      }
      expect(problems).toEqual([])
    },
  )
})

test('each tab sees what the other writes, without asking', async () => {
  const [first, second] = [await openTab(), await openTab()]
  await write(first, 'Heron')
  await see(second, 'Heron')
  await write(second, 'Bittern')
  await see(first, 'Bittern')
  expect(problems).toEqual([])
})

test('a reload keeps everything, and so does opening the only tab again', async () => {
  const page = await openTab()
  await write(page, 'Heron')
  await load(page)
  expect(await titles(page)).toEqual(['Heron'])
  await write(page, 'Bittern')
  await page.close()
  const again = await openTab()
  expect(await titles(again)).toEqual(['Heron', 'Bittern'])
})

test('a store that is closed lets another tab lead, and can be opened again in its own', async () => {
  const [first, second] = [await openTab(), await openTab()]
  await write(first, 'Heron')
  await first.evaluate(() => window.tabsLab.close())
  await write(second, 'Bittern')
  await first.evaluate(() => window.tabsLab.open())
  expect(await titles(first)).toEqual(['Heron', 'Bittern'])
})

test('the only tab starts another worker when the browser ends its own', async () => {
  const page = await openTab()
  await write(page, 'Heron')
  await page.evaluate(() => window.tabsLab.terminateWorker())
  await write(page, 'Bittern')
  expect(await titles(page)).toEqual(['Heron', 'Bittern'])
  await see(page, 'Bittern')
  expect(problems).toEqual([])
})

test('a page that goes into the cache of the browser leads nobody, and goes on when it is back', async () => {
  const [first, second] = [await openTab(), await openTab()]
  await write(first, 'Heron')
  await transition(first, 'pagehide')
  await write(second, 'Bittern')
  const late = write(first, 'Curlew')
  await transition(first, 'pageshow')
  await late
  await see(first, 'Bittern')
  await see(second, 'Curlew')
  expect(problems).toEqual([])
})

test('the other tab goes on while the leading one is frozen', async () => {
  const [first, second] = [await openTab(), await openTab()]
  const session = await context.newCDPSession(first)
  await session.send('Page.setWebLifecycleState', { state: 'frozen' })
  await write(second, 'Heron')
  await session.send('Page.setWebLifecycleState', { state: 'active' })
  await see(first, 'Heron')
})

test('what was written is copied for a service worker when the page is hidden', async () => {
  const page = await openTab()
  await write(page, 'Heron')
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  })
  await page.waitForFunction(async () => {
    const request = indexedDB.open('tombolo.store.outbox')
    await new Promise((resolve) => request.addEventListener('success', resolve))
    if (!request.result.objectStoreNames.contains('items')) return false
    const items = request.result.transaction('items').objectStore('items').getAll()
    await new Promise((resolve) => items.addEventListener('success', resolve))
    request.result.close()
    return JSON.stringify(items.result).includes('Heron')
  })
})

describe('where the browser refuses files', () => {
  test('the store says so; what was saved is there for all tabs, and after all of them were closed', async () => {
    const [first, second] = [await openTab('refused-files'), await openTab('refused-files')]
    expect(await first.evaluate(() => window.tabsLab.open('refused-files'))).toEqual({ durability: 'outbox-only' })
    await write(first, 'Heron')
    await write(second, 'Bittern')
    await see(first, 'Bittern')
    await first.close()
    await write(second, 'Curlew')
    expect((await titles(second)).sort()).toEqual(['Bittern', 'Curlew', 'Heron'])
    await load(second, 'refused-files')
    expect((await titles(second)).sort()).toEqual(['Bittern', 'Curlew', 'Heron'])
    await expectAllSavedOnce(second)
    expect(problems).toEqual([])
  })

  test('what waited there is taken up when files are allowed again', async () => {
    const page = await openTab('refused-files')
    await write(page, 'Heron')
    await load(page, 'plain')
    await see(page, 'Heron')
    expect(await page.evaluate(() => window.tabsLab.open())).toEqual({ durability: 'disk' })
  })
})

/** Why the store did not open, as an app sees it. */
const refusal = (page: Page, kind: 'plain' | 'newer-schema'): Promise<Record<'name' | 'code' | 'message' | 'help', unknown>> =>
  page.evaluate(async (asked) => {
    const error = (await window.tabsLab.open(asked).catch((thrown: unknown) => thrown)) as TomboloError
    return { name: error.name, code: error.code, message: error.message, help: error.help }
  }, kind)

test('a page and a store worker of different schemas do not open: both are named, and the file to build anew', async () => {
  const page = await context.newPage()
  await page.goto(server.origin)
  const error = await refusal(page, 'newer-schema')
  expect(error).toMatchObject({ name: 'SchemaMismatch', code: 'schema.mismatch', help: expect.stringContaining('Rebuild') })
  expect(error.message).toMatch(/^The page has schema version 1 .*, its store worker has version 2 .*http:.*newer\.worker.*\.js$/)
})

test('a store worker that does not load is an error of opening, which says what to do', async () => {
  await context.route('**/store.worker*', (route) => route.abort())
  const page = await context.newPage()
  await page.goto(server.origin)
  expect(await refusal(page, 'plain')).toMatchObject({
    name: 'TomboloError',
    code: 'store.worker',
    message: expect.stringContaining('could not be loaded'),
    help: expect.stringContaining('Load the page again'),
  })
})

describe('[P1] code that cannot be loaded is an error with a code, and is loaded again', () => {
  const unsaved = (page: Page): Promise<string[]> => page.evaluate(() => window.tabsLab.unsaved())
  const soon = { interval: 50, timeout: 30_000 }

  test('SQLite, at the first start: the store opens when it can be loaded', async () => {
    await context.route('**/*.wasm', (route) => route.abort())
    const page = await context.newPage()
    await page.goto(server.origin)
    expect(await refusal(page, 'plain')).toMatchObject({
      code: 'store.part',
      message: expect.stringContaining('SQLite could not be loaded'),
      help: expect.stringContaining('when there is a network'),
    })
    await context.unroute('**/*.wasm')
    await load(page)
    await write(page, 'Heron')
    await expectAllSavedOnce(page)
  })

  test('SQLite, after the store worker died: what was typed meanwhile is listed as not saved, and is saved by itself later', async () => {
    const page = await openTab()
    await write(page, 'Heron')
    await context.route('**/*.wasm', (route) => route.abort())
    await page.evaluate(() => {
      window.tabsLab.terminateWorker()
      window.tabsLab.type('title', 'Grey heron')
    })
    await expect.poll(() => unsaved(page), soon).toEqual(['store.part: Grey heron'])
    await context.unroute('**/*.wasm')
    await see(page, 'Grey heron')
    expect(await unsaved(page)).toEqual([])
  })

  test('the editor of texts: the text stays on the page, says why, and is saved with the next that is', async () => {
    const page = await openTab()
    await write(page, 'Heron')
    await context.route('**/yjs-*', (route) => route.abort())
    await page.evaluate(() => window.tabsLab.type('body', 'in the reeds'))
    await expect.poll(() => unsaved(page), soon).toEqual(['store.part: in the reeds'])
    await context.unroute('**/yjs-*')
    await write(page, 'Bittern')
    await expect.poll(() => page.evaluate(() => window.tabsLab.bodies()), soon).toContain('in the reeds')
    expect(await unsaved(page)).toEqual([])
  })

  test('the lists of what waits: they are there when they are asked for again', async () => {
    const page = await openTab()
    await context.route('**/seldom-*', (route) => route.abort())
    expect(await page.evaluate(() => window.tabsLab.outbox())).toBe('store.part')
    await context.unroute('**/seldom-*')
    await write(page, 'Heron')
    // The space, and the note.
    expect(await page.evaluate(() => window.tabsLab.outbox())).toBe(2)
  })
})

/** What a browser tells a page that it puts into its cache, or takes out of it. */
const transition = (page: Page, type: 'pagehide' | 'pageshow'): Promise<unknown> =>
  page.evaluate((name) => globalThis.dispatchEvent(new PageTransitionEvent(name, { persisted: true })), type)
