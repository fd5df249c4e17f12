/** Much data: the sample and sheets of other apps come in, are found in, go to other devices, and go out again. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FieldDay } from './field-day.ts'
import { type Person, until } from './person.ts'

let day: FieldDay
let ana: Person

beforeAll(async () => {
  day = await FieldDay.begin(2)
  ana = await day.person()
})

afterAll(() => day.end())

const count = (person: Person): Promise<string> => person.page.locator('.list-count').innerText()

async function choose(person: Person, name: string, csv: string): Promise<void> {
  await person.button('Import').click()
  await person.page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(csv) })
}

async function download(person: Person, format: 'CSV' | 'GeoJSON'): Promise<{ readonly name: string; readonly text: string }> {
  await person.button('Export').click()
  const started = person.page.waitForEvent('download')
  await person.button(format).click()
  const file = await started
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') }
}

const BIRDS = `Species,Date,Latitude,Longitude,Count,Remarks
Heron,2026-07-04T06:40,46.05,14.5,2,"fishing, at dawn"
Owl,3/4/2026,46,14,1,heard
Coot,2026-07,,,many,
Rail,2026,46.1,14.4,1,
`

test('a sheet comes in as far as it can, refused rows come back, and nothing comes twice', async () => {
  await choose(ana, 'birds.csv', BIRDS)
  await ana.page.getByText('2 notes, 2 refused').waitFor()
  await ana.button('Import 2 notes').click()
  await ana.page.getByText('2 notes were imported').waitFor()
  const started = ana.page.waitForEvent('download')
  await ana.button('Download refused rows').click()
  const refused = await readFile(await (await started).path(), 'utf8')
  expect(refused).toContain('3,“3/4/2026” may be day or month first; write 2026-04-03 or 2026-03-04,Owl')
  expect(refused).toContain('4,Count “many” is not a number,Coot')
  await until(() => ana.rows(), ['Rail Sent', 'Heron Sent'])

  await ana.button('Import another file').click()
  await choose(ana, 'birds.csv', BIRDS)
  await ana.page.getByLabel('Into the project').selectOption('birds')
  await ana.page.getByLabel('Dates like').selectOption('day-first')
  await ana.button('Import 3 notes').click()
  await ana.page.getByText('1 note was imported').waitFor()
  await ana.page.getByText('2 were in the project already').waitFor()
  await until(() => ana.rows(), ['Owl Sent', 'Rail Sent', 'Heron Sent'])
}, 60_000)

test('what the list shows goes out as CSV and as GeoJSON', async () => {
  await ana.page.getByRole('searchbox', { name: 'Search notes' }).fill('fish')
  await until(() => ana.rows(), ['Heron Sent'])
  const csv = await download(ana, 'CSV')
  expect(csv.name).toMatch(/^All-notes-\d{4}-\d\d-\d\d\.csv$/)
  expect(csv.text).toContain('Heron,"fishing, at dawn",,2026-07-04,06:40,46.05,14.5,,,0,2,,birds,')
  expect(csv.text.trim().split('\n')).toHaveLength(2)
  const { features } = JSON.parse((await download(ana, 'GeoJSON')).text) as { features: unknown[] }
  expect(features).toMatchObject([{ geometry: { type: 'Point', coordinates: [14.5, 46.05] }, properties: { title: 'Heron', count: 2 } }])
  await ana.page.getByRole('searchbox', { name: 'Search notes' }).fill('')
}, 60_000)

test('the sample asks first, loads, is searched and filtered, reaches another browser, and is deleted as a whole', async () => {
  await ana.button('Load sample data').click()
  await ana.page.getByRole('heading', { name: 'Load sample data?' }).waitFor()
  await ana.button('Load 34,931 notes').click()
  await ana.page.getByText('The sample is here: 34,931 notes').waitFor({ timeout: 240_000 })
  await until(() => count(ana), '34,931 notes')

  await ana.page.getByRole('searchbox', { name: 'Search notes' }).pressSequentially('cockerelli')
  await until(async () => (await ana.rows())[0], expect.stringMatching(/^Novomessor cockerelli · plot/))
  await ana.page.getByRole('searchbox', { name: 'Search notes' }).fill('')
  await ana.button('Filter').click()
  for (const [name, found] of [
    ['No day', '3,953 notes found'],
    ['No openings', '7,432 notes found'],
  ] as const) {
    await ana.page.getByRole('checkbox', { name }).check()
    await until(() => count(ana), found)
    await ana.page.getByRole('checkbox', { name }).uncheck()
  }
  await ana.page.getByRole('combobox', { name: 'Place' }).selectOption('without')
  await until(() => count(ana), '248 notes found')
  await ana.button('Clear filter').click()
  await until(() => count(ana), '34,931 notes')

  const ben = await day.person()
  await until(() => count(ben), '34,934 notes', 120_000)
  await ben.page.locator('.scroller').evaluate((list) => list.scrollTo(0, list.scrollHeight / 2))
  await until(async () => (await ben.rows()).length > 5, true)
  await ana.isSent()

  await ana.button('Projects').click()
  const project = ana.page.getByRole('listitem').filter({ hasText: 'Portal Project: ant colonies' })
  await project.getByRole('button', { name: 'Delete' }).click()
  await ana.button('Delete project and 34,931 notes').click()
  await ana.page.getByText('“Portal Project: ant colonies” was deleted.').waitFor({ timeout: 240_000 })
  await until(() => count(ana), '3 notes')
  await until(() => count(ben), '3 notes', 120_000)
  await ana.isSent()
}, 600_000)
