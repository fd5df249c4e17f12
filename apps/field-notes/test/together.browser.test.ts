/** Two people write in one note without seeing one another; both end with the same, and what no rule may decide is put before them. */
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

/** The same note before both, who are cut off. */
async function apart(title: string): Promise<void> {
  await ana.write(title, 'It stood in the reeds.')
  await until(() => ana.stateOf(title), 'Sent')
  await until(() => ben.stateOf(title), 'Sent')
  await ben.open(title)
  await until(() => ben.box('Note').inputValue(), 'It stood in the reeds.')
  ana.wire.cut()
  ben.wire.cut()
}

function together(): void {
  ana.wire.mend()
  ben.wire.mend()
}

async function addTag(person: Person, tag: string): Promise<void> {
  await person.box('Tags').fill(tag)
  await person.box('Tags').press('Enter')
}

async function judge(person: Person, quality: 'Good' | 'Poor'): Promise<void> {
  await person.page.getByText(quality, { exact: true }).click()
}

test('what two people write apart is put together by each field’s rule, and both show the same', async () => {
  await apart('Heron')
  await ana.box('Note').fill('At dawn it stood in the reeds.')
  await addTag(ana, 'bird')
  await ana.button('One visit more').click()
  await ana.button('One visit more').click()
  await ana.box('Count').fill('2')
  await ana.box('Title').fill('Grey heron')

  await ben.box('Note').fill('It stood in the reeds. Then it flew.')
  await addTag(ben, 'shore')
  await ben.button('One visit more').click()
  await ben.box('Time').fill('06:40')
  await ben.box('Observed').fill('2026-07')
  await ben.box('Title').fill('Heron, adult')
  await until(() => ana.says(), 'Offline · 1 to send')
  await until(() => ben.says(), 'Offline · 1 to send')

  together()
  await ana.isSent()
  await ben.isSent()
  const merged = {
    note: 'At dawn it stood in the reeds. Then it flew.',
    tags: ['bird', 'shore'],
    visits: expect.stringContaining('3'),
    count: '2',
    time: '06:40',
    observed: '2026-07',
  }
  await until(() => ana.shown(), expect.objectContaining(merged))
  await until(() => ben.shown(), await ana.shown())
  expect(['Grey heron', 'Heron, adult']).toContain((await ana.shown()).title)
}, 120_000)

test('two judgements of one note are put before both; decided by one, it is decided for both, and the other stays readable', async () => {
  await apart('Coot')
  await judge(ana, 'Good')
  await judge(ben, 'Poor')
  together()
  await until(() => ana.says(), '1 to review')
  await until(() => ben.says(), '1 to review')
  await until(() => ben.stateOf('Coot'), 'To review')

  await ana.page.getByRole('link', { name: 'Choose' }).click()
  await ana.button(/^Keep mine/).click()
  await ana.isSent()
  await ben.isSent()
  await until(async () => (await ben.shown()).quality, 'Good')
  await ana.open('Coot')
  await until(async () => (await ana.shown()).quality, 'Good')
  await ben.button('History').click()
  const history = ben.page.locator('tombolo-history')
  await until(() => history.getByText('Poor', { exact: true }).count(), 1)
}, 120_000)

test('an edit wins over a delete that had not seen it', async () => {
  await apart('Rail')
  await ana.button('Delete').click()
  await until(() => ana.stateOf('Rail'), null)
  await ben.box('Note').fill('It stood in the reeds, still.')
  await until(() => ben.says(), 'Offline · 1 to send')
  together()
  await until(() => ana.stateOf('Rail'), 'Sent')
  await until(() => ben.stateOf('Rail'), 'Sent')
  await ana.open('Rail')
  await until(() => ana.box('Note').inputValue(), 'It stood in the reeds, still.')
}, 120_000)

test('two hundred letters are typed while another person writes in the same text', async () => {
  await apart('Owl')
  together()
  await ana.isSent()
  const words = 'The water was low and clear, and the bird did not move for a long time. '.repeat(3).slice(0, 200)
  await ana.box('Note').press('Control+Home')
  const typing = ana.box('Note').pressSequentially(words, { delay: 15 })
  for (let step = 1; step <= 5; step++) {
    await ben.box('Note').press('Control+End')
    await ben.box('Note').pressSequentially(` Ben ${step}.`)
  }
  await typing
  const both = `${words}It stood in the reeds. Ben 1. Ben 2. Ben 3. Ben 4. Ben 5.`
  await until(() => ana.box('Note').inputValue(), both)
  await until(() => ben.box('Note').inputValue(), both)
  await ana.isSent()
  await ben.isSent()
}, 120_000)

test('a deleted note comes back by an undo, also for others', async () => {
  await apart('Swift')
  together()
  await ana.button('Delete').click()
  await until(() => ben.stateOf('Swift'), null)
  await ana.button('Undo').click()
  await until(() => ben.stateOf('Swift'), 'Sent')
  await until(() => ana.stateOf('Swift'), 'Sent')
  await ben.open('Swift')
  await ben.button('History').click()
  await ben.page.locator('tombolo-history').getByText('Taken back', { exact: true }).waitFor()
}, 120_000)
