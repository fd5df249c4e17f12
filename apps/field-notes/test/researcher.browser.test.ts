/** What a researcher does in a season: begins notes and thinks better of it, types places, corrects in a spreadsheet, tidies up, hands the device on. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FieldDay } from './field-day.ts'
import { type Person, until } from './person.ts'

let day: FieldDay
let ana: Person
let ben: Person

beforeAll(async () => {
  day = await FieldDay.begin(2)
  ana = await day.person()
  ben = await day.person()
})

afterAll(() => day.end())

const count = ({ page }: Person): Promise<string> => page.locator('.list-count').innerText()

async function exportedCsv(person: Person): Promise<string> {
  await person.button('Export').click()
  const started = person.page.waitForEvent('download')
  await person.button('CSV').click()
  return await readFile(await (await started).path(), 'utf8')
}

test('[P1] a note in which nobody wrote is nowhere; its first letter is kept, also when the page is loaded anew before it', async () => {
  await ana.isSent()
  await ana.button('New note').click()
  await ana.box('Title').waitFor()
  expect([await ana.rows(), await ana.says()]).toEqual([[], 'All sent'])
  await ana.page.reload()
  await ana.box('Title').pressSequentially('H')
  await ana.page.reload()
  await until(() => ana.box('Title').inputValue(), 'H')
  await ana.box('Title').fill('Heron')
  await until(() => ben.rows(), ['Heron Sent'])

  await ana.button('New note').click()
  await until(() => ana.box('Title').inputValue(), '')
  await ana.open('Heron')
  await until(() => ana.rows(), ['Heron Sent'])
  expect(await ben.rows()).toEqual(['Heron Sent'])
}, 60_000)

test('a place is saved when it is whole, and a digit on the way to it never', async () => {
  await ana.open('Heron')
  await ben.open('Heron')
  const seen: string[] = []
  const lat = ben.box('Latitude')
  const watching = ben.page.exposeFunction('sawLatitude', (text: string) => void seen.push(text))
  await watching
  await lat.evaluate((input: HTMLInputElement) => {
    const { sawLatitude } = window as unknown as { readonly sawLatitude: (text: string) => void }
    setInterval(() => sawLatitude(input.value), 20)
  })
  await ana.box('Longitude').fill('14.5')
  await ana.box('Latitude').pressSequentially('46.0569', { delay: 60 })
  await ana.box('Latitude').press('Enter')
  await until(async () => new Set(seen), new Set(['', '46.0569']))
  await ana.box('Latitude').fill('146')
  await ana.page.getByText('Not saved: Latitude: A number from -90 to 90 is wanted here.').waitFor()
  await ana.box('Latitude').fill('46.0569')
}, 60_000)

test('the address follows a search when the person pauses, not letter by letter', async () => {
  await ana.page.evaluate(() => {
    const original = history.replaceState.bind(history)
    const counter = window as unknown as { replaced: number }
    counter.replaced = 0
    history.replaceState = (...args) => {
      counter.replaced++
      original(...args)
    }
  })
  await ana.page.getByRole('searchbox', { name: 'Search notes' }).pressSequentially('heron by the old weir', { delay: 10 })
  await until(() => ana.page.evaluate(() => new URLSearchParams(location.search).get('q')), 'heron by the old weir')
  expect(await ana.page.evaluate(() => (window as unknown as { replaced: number }).replaced)).toBeLessThan(5)
  await ana.page.getByRole('searchbox', { name: 'Search notes' }).fill('')
  await until(() => ana.rows(), ['Heron Sent'])
}, 60_000)

test('a sheet that was corrected changes the notes that it names, after it has shown what changes', async () => {
  await ana.box('Time').fill('6:40 am')
  await ana.box('Count').fill('2')
  await ana.isSent()
  const csv = (await exportedCsv(ana)).replace(',2,,', ',12,,').replace('Heron,', 'Grey heron,')
  await ana.button('Import').click()
  await ana.page.locator('input[type=file]').setInputFiles({ name: 'all.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
  const preview = ana.page.getByRole('region', { name: 'Preview' })
  await preview.getByText('1 note to change').waitFor()
  await until(
    () => preview.getByRole('listitem').allInnerTexts(),
    [expect.stringMatching(/Heron\s+Title: Heron → Grey heron\s+Count: 2 → 12/)],
  )
  await ana.button('Change 1 note').click()
  await ana.page.getByText('1 note was changed').waitFor()
  await until(() => ana.rows(), ['Grey heron Sent'])
  await until(() => ben.rows(), ['Grey heron Sent'])
  await ben.open('Grey heron')
  await until(() => ben.shown(), expect.objectContaining({ count: '12', time: '06:40' }))
}, 60_000)

test('several notes are tagged, moved and deleted at once, and had back from the deleted ones', async () => {
  for (const title of ['Coot', 'Rail', 'Owl']) await ana.write(title)
  await ana.button('Projects').click()
  await ana.page.getByLabel('Name of the new project').fill('Night')
  await ana.button('New project').click()
  await ana.page.locator('.project-choice select').selectOption('All notes')
  await ana.button('Select notes').click()
  for (const title of ['Rail', 'Owl']) await ana.page.getByRole('checkbox', { name: title }).check()
  const bar = ana.page.getByRole('group', { name: 'Selected notes' })
  await bar.getByRole('button', { name: 'Tag' }).click()
  await ana.page.getByLabel('Tags, separated by commas').fill('night, wet')
  await ana.button('Add').click()
  await ana.page.getByText('night, wet: put to 2 notes.').waitFor()
  await bar.getByRole('button', { name: 'Move' }).click()
  await ana.page.getByLabel('To the project').selectOption('Night')
  await ana.page.getByRole('dialog').getByRole('button', { name: 'Move' }).click()
  await ana.page.getByText('2 notes are in “Night” now.').waitFor()
  await bar.getByRole('button', { name: 'All' }).click()
  const all = Number.parseInt(await count(ana))
  await bar.getByText(`${all} selected`).waitFor()
  await bar.getByRole('button', { name: 'Delete' }).click()
  await ana.page.getByText(`${all} notes were deleted.`).waitFor()
  await until(() => count(ben), '')

  await bar.getByRole('button', { name: 'Done' }).click()
  await ana.button('Filter').click()
  await ana.page.getByLabel('Deleted notes instead').check()
  // Where they were moved from they were deleted too.
  await until(() => count(ana), `${all + 2} deleted notes`)
  await ana.page.locator('.project-choice select').selectOption('Night')
  await until(() => count(ana), '2 deleted notes')
  await ana.row('Owl').click()
  await ana.button('Restore').click()
  await until(async () => (await ana.shown()).tags, ['night', 'wet'])
  await until(() => ben.rows(), [expect.stringMatching(/^Owl/)])
}, 120_000)

test('a range of dates finds what was observed in it', async () => {
  await ana.start()
  await ana.write('June')
  await ana.box('Observed').fill('2026-06-30')
  await ana.write('July')
  await ana.box('Observed').fill('2026-07')
  await ana.button('Filter').click()
  await ana.box('Observed from').fill('7.2026')
  await ana.box('Observed from').press('Enter')
  await until(async () => (await ana.rows()).map((row) => row.split(' ')[0]), ['July'])
  expect(await ana.box('Observed from').inputValue()).toBe('2026-07')
  await ana.button('Clear filter').click()
}, 60_000)

test('everything is removed from a device after it was asked for twice, and comes back from the hub where it is wanted', async () => {
  await ana.isSent()
  ana.wire.cut()
  await ana.write('Not sent')
  await until(() => ana.says(), 'Offline · 1 to send')
  await ana.button('Device').click()
  await ana.button('Remove everything from this device').click()
  const question = ana.page.getByRole('dialog')
  await question.getByText('1 note has changes that were not sent. This device alone has them, and they would be lost.').waitFor()
  await question.getByRole('button', { name: 'Keep it' }).click()
  ana.wire.mend()
  await ana.isSent()

  const other = await ana.context.newPage()
  await other.goto(ana.wire.origin)
  await other.getByRole('button', { name: 'New note' }).waitFor()
  await ana.button('Remove everything from this device').click()
  await question.getByText('Everything was sent').waitFor()
  await question.getByRole('button', { name: 'Remove everything', exact: true }).click()
  await ana.page.getByRole('alert').getByText('Close other windows of this app, then try again.').waitFor()
  await other.close()
  await ana.button('Back to the notes').click()
  await ana.button('Device').click()
  await ana.button('Remove everything from this device').click()
  await question.getByRole('button', { name: 'Remove everything', exact: true }).click()
  await ana.page.getByRole('heading', { name: 'Removed from this device' }).waitFor()
  const left = await ana.page.evaluate(async () => {
    const names: string[] = []
    const root = await navigator.storage.getDirectory()
    const tombolo = await root.getDirectoryHandle('tombolo', { create: true })
    for await (const name of tombolo.keys()) names.push(name)
    return { names, databases: (await indexedDB.databases()).length, texts: localStorage.length }
  })
  expect(left).toEqual({ names: [], databases: 0, texts: 0 })
  await ana.button('Open FieldNotes again').click()
  await until(() => ana.stateOf('Not sent'), 'Sent')
}, 120_000)
