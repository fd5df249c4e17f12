/** Everything as one file, made and brought back without a network, with the keyboard, on the smallest screens. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { FieldDay } from './field-day.ts'
import { type Person, until } from './person.ts'

const SMALL = { viewport: { width: 320, height: 640 } }

/** By the keyboard alone, from wherever it is. */
async function press({ page }: Person, name: string, key = 'Enter'): Promise<void> {
  for (let steps = 0; steps < 80; steps++) {
    await page.keyboard.press('Tab')
    const label = await page.evaluate(() => {
      const one = document.activeElement
      return `${one?.getAttribute('aria-label') ?? ''} ${one?.closest('label, a, button')?.textContent ?? ''}`
    })
    if (!label.includes(name)) continue
    await page.keyboard.press(key)
    return
  }
  throw new Error(`the keyboard does not get to ${name}`)
}

async function openDevicePage(person: Person): Promise<void> {
  await press(person, 'More')
  await press(person, 'Device')
  await person.page.getByRole('heading', { name: 'Everything as one file' }).waitFor()
}

/** The file that ‘Download everything’ gives to the browser. */
async function downloadAll(person: Person): Promise<{ readonly name: string; readonly mimeType: string; readonly buffer: Buffer }> {
  const [file] = await Promise.all([person.page.waitForEvent('download'), press(person, 'Download everything')])
  await person.page.getByText('The download is made.').waitFor()
  return { name: file.suggestedFilename(), mimeType: 'application/zip', buffer: await readFile(await file.path()) }
}

async function bringBack(person: Person, file: Awaited<ReturnType<typeof downloadAll>>): Promise<void> {
  const [chooser] = await Promise.all([person.page.waitForEvent('filechooser'), press(person, 'Bring back a download')])
  await chooser.setFiles(file)
}

const isAsWideAsTheScreen = ({ page }: Person): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)

test('[E3] [E4] what a device could not send is brought back on another one without a network, and is sent once', async () => {
  const it = await FieldDay.ofThisTest(2)
  const ana = await it.person(SMALL)
  await ana.isSent()
  await ana.installed()
  await it.hub.kill()
  await ana.button('New note').click()
  await ana.box('Title').fill('Heron at the weir')
  await ana.box('Note').fill('Two juveniles, one adult.')
  await ana.page.goBack()
  await ana.row('Heron at the weir').waitFor()
  await openDevicePage(ana)
  const file = await downloadAll(ana)
  expect(file.name).toMatch(/^FieldNotes-everything-\d{4}-\d\d-\d\d\.zip$/)
  expect(await isAsWideAsTheScreen(ana)).toBe(true)

  await it.hub.start()
  const ben = await it.person(SMALL)
  await ben.isSent()
  await ben.installed()
  await it.hub.kill()
  await openDevicePage(ben)
  await bringBack(ben, file)
  await ben.page.getByText('1 unsent change is back.').waitFor()
  expect(await isAsWideAsTheScreen(ben)).toBe(true)
  await bringBack(ben, file)
  await ben.page.getByText('All of this download is here already.').waitFor()
  await bringBack(ben, { ...file, buffer: file.buffer.subarray(0, 500) })
  await ben.page.getByRole('alert').getByText('This file is no download').waitFor()
  await ben.start()
  await until(() => ben.stateOf('Heron at the weir'), 'To send')
  await ben.open('Heron at the weir')
  await until(() => ben.box('Note').inputValue(), 'Two juveniles, one adult.')

  await it.hub.start()
  await ben.isSent()
  await ana.isSent()
  for (const person of [ana, ben]) {
    await person.start()
    await until(() => person.rows(), ['Heron at the weir Sent'])
  }
}, 180_000)
