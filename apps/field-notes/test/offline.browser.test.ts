/** Nothing that is written is lost: without a hub, over a reload, while the hub is killed, when answers are lost, when tabs close. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FieldDay } from './field-day.ts'
import { until } from './person.ts'

test('[P1] [P3] what is written without a hub survives a reload, is sent when the hub is there, and arrives once, also when it is killed', async () => {
  const it = await FieldDay.ofThisTest(2)
  const ana = await it.person()
  await ana.installed()
  await ana.isSent()
  await it.hub.kill()
  await ana.context.setOffline(true)
  await ana.write('Heron at the weir', 'Two juveniles, one adult.')
  await ana.page.reload()
  await until(() => ana.rows(), ['Heron at the weir To send'])
  await until(() => ana.says(), 'Offline · 1 to send')
  await until(() => ana.box('Note').inputValue(), 'Two juveniles, one adult.')

  await ana.context.setOffline(false)
  await it.hub.start()
  await until(() => ana.rows(), ['Heron at the weir Sent'])
  const ben = await it.person()
  await until(() => ben.rows(), ['Heron at the weir Sent'])

  for (const title of ['Coot', 'Rail', 'Owl']) {
    await ana.write(title)
    await it.hub.kill()
    await ana.write(`${title} again`)
    await it.hub.start()
  }
  const all = ['Owl again', 'Owl', 'Rail again', 'Rail', 'Coot again', 'Coot', 'Heron at the weir'].map((title) => `${title} Sent`)
  await until(() => ben.rows(), all)
  await until(() => ana.rows(), all)
  await ana.isSent()
}, 120_000)

test('[P3] a change whose answer was lost is applied once', async () => {
  const it = await FieldDay.ofThisTest(2)
  const [ana, ben] = [await it.person(), await it.person()]
  await ana.write('First')
  await until(() => ben.rows(), ['First Sent'])
  ana.wire.loseAnswers()
  await ana.write('Second')
  await ana.button('One visit more').click()
  await until(() => ben.rows(), ['Second Sent', 'First Sent'])
  await until(() => ana.rows(), ['Second To send', 'First Sent'])
  ana.wire.mend()
  await ana.isSent()
  await until(() => ana.rows(), ['Second Sent', 'First Sent'])
  await ben.open('Second')
  await until(
    () => ben.page.getByRole('group', { name: 'Visits' }).innerText(),
    await ana.page.getByRole('group', { name: 'Visits' }).innerText(),
  )
  expect(await ben.rows()).toEqual(['Second Sent', 'First Sent'])
}, 120_000)

test('two tabs show the same, and one takes over when the other closes while it writes', async () => {
  const it = await FieldDay.ofThisTest(1)
  const ana = await it.person()
  const leader = ana.page
  const other = await ana.context.newPage()
  await other.goto(ana.wire.origin)
  const titles = (): Promise<string[]> =>
    other
      .getByRole('link')
      .allInnerTexts()
      .then((rows) => rows.map((row) => row.split('\n', 1)[0] ?? ''))
  await ana.write('Written in the first tab')
  await until(titles, ['Written in the first tab'])
  const sheet = ['title,count', ...Array.from({ length: 900 }, (_, index) => `Ant ${index},${index}`)].join('\n')
  await ana.button('Import').click()
  await leader.locator('input[type=file]').setInputFiles({ name: 'ants.csv', mimeType: 'text/csv', buffer: Buffer.from(sheet) })
  await ana.button('Import 900 notes').click()
  await other.getByText(/^[1-9]\d\d notes$/).waitFor()
  await leader.close()

  const count = async (): Promise<number> => Number.parseInt(await other.locator('.list-count').innerText())
  await other.getByRole('button', { name: 'New note' }).click()
  await other.getByRole('textbox', { name: 'Title', exact: true }).fill('Written in the second tab')
  await until(async () => (await titles())[0], 'Written in the second tab')
  // Whole batches of a hundred, and the two notes; the count is a query of its own, and may come a moment after the rows.
  await until(async () => (await count()) % 100, 2)
  ana.page = other
  await ana.isSent()
}, 120_000)

test('a letter that was typed just before the tab closes is not lost', async () => {
  const it = await FieldDay.ofThisTest(1)
  const ana = await it.person()
  await ana.write('Heron')
  await ana.box('Note').pressSequentially('It flew off to the north, calling.')
  await ana.page.reload()
  await until(() => ana.box('Note').inputValue(), 'It flew off to the north, calling.')
}, 60_000)

test('an update waits, and is taken when the person says so, with nothing lost', async () => {
  const it = await FieldDay.ofThisTest(1)
  const ana = await it.person()
  await ana.installed()
  await ana.write('Heron')
  const versions = (): Promise<string[]> =>
    ana.page.evaluate(async () => (await caches.keys()).filter((name) => name !== 'field-notes kept'))
  const worker = join(it.app, 'service.worker.js')
  await writeFile(worker, (await readFile(worker, 'utf8')).replace('field-notes ', 'field-notes next-'))
  await ana.page.reload()
  await ana.page.getByText('Update ready. It will be used the next time you open the app.').waitFor()
  await ana.open('Heron')
  await ana.box('Note').pressSequentially('Still here')
  expect(await versions()).toHaveLength(2)

  const loaded = ana.page.waitForEvent('load')
  await ana.button('Update now').click()
  await loaded
  await until(versions, [expect.stringMatching(/^field-notes next-/)])
  await until(() => ana.box('Note').inputValue(), 'Still here')
  expect(await ana.page.getByText('Update ready').count()).toBe(0)
}, 60_000)

test('[P1] an app of which a file is missing says so in words, is whole again when there is a signal, and has lost nothing', async () => {
  const it = await FieldDay.ofThisTest(1)
  // Nothing is kept for later by a service worker.
  const ana = await it.person({ serviceWorkers: 'block' })
  await ana.write('Heron at the weir')
  await ana.isSent()

  await ana.context.route('**/device-page-*', (route) => route.abort())
  await ana.page.goto(`${ana.wire.origin}/device`)
  await ana.page.getByText('This part of the app is not on the device yet').waitFor()
  await ana.context.unroute('**/device-page-*')
  await ana.button('Show it again').click()
  await ana.page.getByRole('heading', { name: 'This device', exact: true }).waitFor()

  await ana.context.route('**/*.wasm', (route) => route.abort())
  await ana.page.goto(ana.wire.origin)
  const fault = ana.page.getByRole('alert')
  await until(async () => (await fault.innerText()).includes('The app tries again when there is a signal.'), true)
  expect(await fault.innerText()).not.toContain('wasm')
  await ana.context.setOffline(true)
  await ana.context.unroute('**/*.wasm')
  await ana.context.setOffline(false)
  await until(() => ana.rows(), ['Heron at the weir Sent'])
}, 120_000)
