/** Every screen can be read and used by everyone: axe finds nothing on any of them, and the keyboard gets everywhere. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FieldDay } from './field-day.ts'
import { type Person, until } from './person.ts'

let day: FieldDay
let ana: Person
let axeSource: string

beforeAll(async () => {
  axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  day = await FieldDay.begin(2)
  ana = await day.person()
  const ben = await day.person()
  await ana.write('Heron at the weir', 'Two juveniles, one adult.')
  await ana.box('Tags').fill('bird,')
  await until(() => ben.stateOf('Heron at the weir'), 'Sent')
  await ben.open('Heron at the weir')
  ben.wire.cut()
  await ana.page.getByText('Good', { exact: true }).click()
  await ben.page.getByText('Poor', { exact: true }).click()
  await until(() => ben.says(), 'Offline · 1 to send')
  await ana.isSent()
  ben.wire.mend()
  await until(() => ana.says(), '1 to review')
  ana.wire.cut()
  await ana.write('Gone', 'By mistake.')
  await ana.button('Delete').click()
  await ana.write('Rail', '')
})

afterAll(() => day.end())

/** Buttons and links that a glove would miss. A box that stands in a label is as large as its label. */
const smallTargets = ({ page }: Person): Promise<string[]> =>
  page.evaluate(() => {
    const all = (root: Document | ShadowRoot): Element[] =>
      Array.from(root.querySelectorAll('*')).flatMap((one) => [one, ...(one.shadowRoot === null ? [] : all(one.shadowRoot))])
    return all(document)
      .filter((one) => one.matches('button, a[href], summary, input, select, textarea'))
      .filter(
        (one) => one.checkVisibility({ visibilityProperty: true }) && !one.matches('[aria-hidden="true"], .visually-hidden, .chip button'),
      )
      .map((one) => (one.matches('[type=radio], [type=checkbox]') ? (one.closest('label') ?? one) : one))
      .map((one) => ({ name: one.textContent.trim() || one.getAttribute('placeholder'), box: one.getBoundingClientRect() }))
      .filter(({ box }) => box.width < 47.5 || box.height < 45.5)
      .map(({ name, box }) => `${name}: ${box.width} × ${box.height}`)
  })

/** What axe finds wrong, one line each. Contrast is asked for as WCAG AAA has it: these screens are read in sunlight. */
async function faults({ page }: Person): Promise<string[]> {
  await page.evaluate(axeSource)
  return await page.evaluate(async () => {
    const { axe } = window as unknown as { readonly axe: typeof import('axe-core') }
    const { violations } = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      rules: { 'color-contrast-enhanced': { enabled: true } },
    })
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary ?? ''}`),
    )
  })
}

type Screen = readonly [name: string, show: (person: Person) => Promise<void>]

const press =
  (name: string, then: string): Screen[1] =>
  async (person) => {
    const more = person.button('More')
    if (await more.isVisible()) await more.click()
    await person.button(name).click()
    await person.page.getByText(then).first().waitFor()
  }

async function shows(locator: Locator): Promise<void> {
  await locator.first().waitFor()
}

const SCREENS: readonly Screen[] = [
  ['the list', async () => {}],
  [
    'the filter',
    async ({ page }) => {
      await page.getByRole('button', { name: /^Filter/ }).click()
      await shows(page.getByLabel('Sort'))
    },
  ],
  [
    'notes that are marked',
    async (person) => {
      await person.button('Select notes').click()
      await person.page.getByRole('checkbox', { name: 'Rail' }).check()
      await shows(person.page.getByText('1 selected'))
    },
  ],
  [
    'the tags of marked notes',
    async (person) => {
      await person.button('Select notes').click()
      await person.page.getByRole('checkbox', { name: 'Rail' }).check()
      await person.button('Tag').click()
      await shows(person.page.getByRole('heading', { name: 'Tags of 1 note' }))
    },
  ],
  [
    'a deleted note',
    async (person) => {
      await person.page.getByRole('button', { name: /^Filter/ }).click()
      await person.page.getByLabel('Deleted notes instead').check()
      await person.row('Gone').click()
      await shows(person.button('Restore'))
    },
  ],
  ['a note', (person) => person.open('Rail')],
  [
    'a note that was just begun',
    async (person) => {
      await person.button('New note').click()
      await shows(person.page.getByText('New: kept from the first letter on'))
    },
  ],
  [
    'a note that needs its author, with its history',
    async (person) => {
      await person.open('Heron at the weir')
      await person.button('History').click()
      await shows(person.page.getByRole('heading', { name: 'History' }))
    },
  ],
  [
    'the outbox',
    async (person) => {
      await person.button('Outbox').click()
      await shows(person.page.getByRole('heading', { name: 'Outbox' }))
    },
  ],
  [
    'the review',
    async (person) => {
      await person.open('Heron at the weir')
      await person.page.getByRole('link', { name: 'Choose' }).click()
      await shows(person.page.getByRole('heading', { name: /^To review/ }))
    },
  ],
  ['the projects', press('Projects', 'Name of the new project')],
  ['the import', press('Import', 'Choose a CSV file.')],
  ['the device', press('Device', 'Your notes are here')],
  [
    'the question before everything is removed',
    async (person) => {
      await press('Device', 'Your notes are here')(person)
      await person.button('Remove everything from this device').click()
      await shows(person.page.getByText('This device alone has'))
    },
  ],
  ['the export', press('Export', 'GeoJSON opens in maps')],
  ['the question before the sample', press('Load sample data', 'published by the Portal Project')],
  [
    'the sheet',
    async (person) => {
      await person.button(/^Sync:/).click()
      await shows(person.page.getByText('Last sync'))
    },
  ],
]

describe.each([
  ['phone', 'light', 'ltr', 390],
  ['phone', 'dark', 'rtl', 390],
  ['small phone', 'dark', 'ltr', 320],
  ['desk', 'light', 'rtl', 1280],
  ['desk', 'dark', 'ltr', 1280],
] as const)('on a %s, %s, %s', (_, colorScheme, dir, width) => {
  test.each(SCREENS)('everyone can read and use %s', async (_name, show) => {
    await ana.page.setViewportSize({ width, height: 800 })
    await ana.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await ana.start()
    await ana.page.evaluate((direction) => (document.documentElement.dir = direction), dir)
    await ana.row('Rail').waitFor()
    await show(ana)
    expect(await faults(ana)).toEqual([])
    expect(await smallTargets(ana)).toEqual([])
    expect(await ana.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
  })
})

test('the keyboard gets everywhere', async () => {
  await ana.page.setViewportSize({ width: 1280, height: 800 })
  await ana.start()
  const { keyboard } = ana.page
  await ana.button('New note').focus()
  await keyboard.press('Enter')
  await until(() => ana.page.evaluate(() => document.activeElement?.getAttribute('placeholder')), 'Title')
  await keyboard.type('Swift')
  await keyboard.press('Enter')
  await keyboard.type('High up.')
  await keyboard.press('Tab')
  await keyboard.type('bird')
  await keyboard.press('Enter')
  await until(async () => (await ana.shown()).tags, ['bird'])
  expect(await ana.shown()).toMatchObject({ title: 'Swift', note: 'High up.' })

  await ana.row('Swift').focus()
  await keyboard.press('ArrowDown')
  await keyboard.press('Enter')
  await until(() => ana.box('Title').inputValue(), 'Rail')
  await keyboard.press('ArrowDown')
  await keyboard.press('Enter')
  await until(() => ana.box('Title').inputValue(), 'Heron at the weir')
}, 60_000)
