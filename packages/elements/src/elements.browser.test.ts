// The elements in a real browser, under a strict content security policy: accessible in every state, theme and direction, usable by
// keyboard alone, and true in what they say. With TOMBOLO_PICTURES=folder it leaves pictures of all of it there, for people to look at.
import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch } from '../../../tools/browser/chromium.ts'
import { serveSite, type Site } from '../../../tools/browser/site.ts'
import { NOW, STATES } from './test/samples.ts'

const PICTURES = process.env['TOMBOLO_PICTURES']
const PHONE = { width: 390, height: 844 }
const DESKTOP = { width: 1_100, height: 760 }
const LOOKS = [
  ['light', 'ltr'],
  ['light', 'rtl'],
  ['dark', 'ltr'],
  ['dark', 'rtl'],
] as const

let gallery: Site
let context: BrowserContext
let page: Page
let axeSource: string

beforeAll(async () => {
  if (PICTURES !== undefined) await mkdir(PICTURES, { recursive: true })
  axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  gallery = await serveSite(new URL('./test/gallery/', import.meta.url))
  context = await launch({ context: { viewport: PHONE, locale: 'en-GB', reducedMotion: 'reduce' } })
  page = await context.newPage()
  await page.clock.setFixedTime(NOW)
})

afterAll(async () => {
  await context.close()
  await gallery.stop()
})

async function open(show: string, query: Readonly<Record<string, string>> = {}): Promise<void> {
  await page.goto(`${gallery.origin}/?${new URLSearchParams({ show, ...query }).toString()}`)
  await page.locator(`tombolo-${show}`).waitFor({ state: 'attached' })
  await page.evaluate(axeSource)
}

/** What axe finds wrong, one line each. Contrast is asked for as WCAG AAA has it: these screens are read in sunlight. */
async function faults(): Promise<readonly string[]> {
  return await page.evaluate(async () => {
    const { axe } = window as unknown as { readonly axe: typeof import('axe-core') }
    const { violations } = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      rules: { 'color-contrast-enhanced': { enabled: true } },
    })
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`))
  })
}

/** Buttons and links that a glove would miss. */
const smallTargets = (): Promise<readonly string[]> =>
  page.evaluate(() => {
    const all = (root: Document | ShadowRoot): Element[] =>
      Array.from(root.querySelectorAll('*')).flatMap((one) => [one, ...(one.shadowRoot === null ? [] : all(one.shadowRoot))])
    return all(document)
      .filter((one) => one.matches('button, a[href], summary, input, select, textarea') && one.checkVisibility())
      .map((one) => ({ name: one.textContent.trim(), box: one.getBoundingClientRect() }))
      .filter(({ box }) => box.width < 48 || box.height < 48)
      .map(({ name, box }) => `${name}: ${box.width} × ${box.height}`)
  })

/** Nothing is wider than the screen. */
const overflow = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

async function expectSound(picture: string): Promise<void> {
  expect({ faults: await faults(), smallTargets: await smallTargets(), overflow: await overflow() }).toEqual({
    faults: [],
    smallTargets: [],
    overflow: 0,
  })
  if (PICTURES !== undefined) await take(PICTURES, picture)
}

async function take(folder: string, picture: string): Promise<void> {
  for (const [name, size] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
    await page.setViewportSize(size)
    await page.screenshot({ path: join(folder, `${picture}-${name}.png`) })
  }
  await page.setViewportSize(PHONE)
}

const sync = (): ReturnType<Page['getByRole']> => page.getByRole('button', { name: /^Sync: / })

describe.each(LOOKS)('%s %s', (scheme, dir) => {
  const look = { scheme, dir }

  test('the chip and the sheet are sound in every state', async () => {
    await open('status', look)
    for (const state of Object.keys(STATES)) {
      await page.evaluate((next) => window.goTo(next), state)
      expect({ state, faults: await faults() }).toEqual({ state, faults: [] })
      await sync().click()
      await expectSound(`sheet-${state}-${scheme}-${dir}`)
      await page.keyboard.press('Escape')
    }
  })

  test.each(['outbox', 'conflicts', 'history', 'failed'])('%s is sound', async (show) => {
    await open(show, { ...look, state: 'attention' })
    await page.evaluate(() => {
      for (const details of document.querySelector('tombolo-outbox, tombolo-conflicts')?.shadowRoot?.querySelectorAll('details') ?? [])
        details.open = true
    })
    await expectSound(`${show}-${scheme}-${dir}`)
  })

  test.each(['outbox', 'conflicts', 'history'])('%s is sound while it is empty', async (show) => {
    await open(show, { ...look, items: 'none' })
    await expectSound(`${show}-empty-${scheme}-${dir}`)
  })

  test('the question before a discard is sound', async () => {
    await open('outbox', look)
    await page.getByRole('button', { name: 'Discard: Otter at the weir' }).click()
    await expectSound(`discard-${scheme}-${dir}`)
  })

  test('writing the result of a conflict is sound, and so is its undo', async () => {
    await open('conflicts', look)
    await page.getByRole('button', { name: 'Keep both' }).click()
    await expectSound(`edit-${scheme}-${dir}`)
    await page.getByRole('button', { name: 'Keep this version' }).click()
    await page.getByRole('button', { name: 'Undo' }).waitFor()
    await expectSound(`decided-${scheme}-${dir}`)
  })
})

describe('what a screen reader hears', () => {
  test('the status says the words of the button, when they have stood still', async () => {
    await open('status')
    const status = page.getByRole('status')
    expect([await sync().getAttribute('aria-label'), await status.textContent()]).toEqual(['Sync: All sent', 'All sent'])
    await page.evaluate(() => window.goTo('offline-to-send'))
    await expect.poll(() => status.textContent()).toBe('Offline · 3 to send')
    expect(await sync().getAttribute('aria-label')).toBe('Sync: Offline · 3 to send')
    await page.evaluate(() => window.goTo('attention'))
    await expect.poll(() => status.textContent()).toBe('1 needs attention')
  })

  test('the sheet is a dialog with a name, and begins at its heading', async () => {
    await open('status', { state: 'weak' })
    await sync().click()
    const dialog = page.getByRole('dialog', { name: 'Sync' })
    expect(await dialog.getByRole('heading').allTextContents()).toEqual(['3 to send'])
    expect(await focused()).toBe('3 to send')
  })
})

/** The text or name of what the keyboard is at, through shadow roots. */
const focused = (): Promise<string> =>
  page.evaluate(() => {
    let at = document.activeElement
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
    return at?.getAttribute('aria-label') ?? at?.textContent.trim().replaceAll(/\s+/g, ' ') ?? ''
  })

async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key)
}

describe('by keyboard alone', () => {
  test('the sheet opens, stays in itself, closes with Esc, and gives the focus back', async () => {
    await open('status', { state: 'to-send' })
    await press('Tab', 'Enter')
    expect(await focused()).toBe('3 to send')
    await press('Tab')
    expect(await focused()).toBe('Send now')
    await press('Tab')
    expect(await focused()).toBe('Outbox')
    await press('Shift+Tab', 'Shift+Tab')
    expect(await focused()).toBe('Close')
    await press('Escape')
    expect([await page.getByRole('dialog').count(), await focused()]).toEqual([0, 'Sync: 3 to send'])
  })

  test('from the chip to the outbox, and a change is discarded', async () => {
    await open('status', { state: 'attention' })
    await press('Tab', 'Enter', 'Tab', 'Enter')
    expect(await focused()).toBe('Outbox')
    for (let step = 0; step < 6; step++) await press('Tab')
    expect(await focused()).toBe('Discard: Otter at the weir')
    await press('Enter')
    expect(await focused()).toBe('Keep it')
    await press('Tab', 'Enter')
    expect(await page.evaluate(() => window.fakeEngine.asked)).toEqual(['discard intent-1'])
    expect(await focused()).toBe('Outbox')
  })

  test('a conflict is decided, undone, and put off', async () => {
    await open('conflicts')
    await press('Tab', 'Tab', 'Tab')
    expect(await focused()).toBe('Keep theirs: Otter at the weir, Body')
    await press('Enter')
    expect(await focused()).toBe('Undo')
    await press('Enter')
    expect(await focused()).toContain('Otter at the weir')
    for (let step = 0; step < 5; step++) await press('Tab')
    expect(await focused()).toBe('Decide later')
    await press('Enter')
    expect(await focused()).toContain('Heron, two juveniles')
  })
})

describe('by mouse and touch', () => {
  test('a click outside closes the sheet, one inside does not', async () => {
    await open('status', { state: 'to-send' })
    await sync().click()
    await page.getByText('3 records').click()
    expect(await page.getByRole('dialog').count()).toBe(1)
    await page.mouse.click(20, 100)
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  test('where there is room, the sheet is a panel under its button', async () => {
    await page.setViewportSize(DESKTOP)
    await open('status')
    await sync().click()
    const [chip, panel] = [await page.locator('tombolo-status').boundingBox(), await page.getByRole('dialog').boundingBox()]
    await page.setViewportSize(PHONE)
    expect(panel?.y).toBeGreaterThanOrEqual((chip?.y ?? 0) + (chip?.height ?? 0))
    expect((panel?.x ?? 0) + (panel?.width ?? 0)).toBeLessThanOrEqual(DESKTOP.width - 8)
  })

  test('an export is a file', async () => {
    await open('outbox')
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export: Otter at the weir' }).click()
    const file = await download
    expect(file.suggestedFilename()).toMatch(/^otter-at-the-weir-2026-11-03\.json$/)
    expect(await readFile(await file.path(), 'utf8')).toBe('{"intent":"intent-1"}')
  })
})

test('the page may forbid inline scripts and styles: nothing is refused', async () => {
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  await open('status', { state: 'attention' })
  await sync().click()
  await page.getByRole('button', { name: '2 to review' }).click()
  expect(complaints).toEqual([])
})
