/** Two people write in one note without seeing one another; both end with the same, and what no rule may decide is put before them. */
import { afterEach, expect, test } from 'vitest'
import { FieldDay } from './field-day.ts'
import { type Person, until } from './person.ts'

let day: FieldDay | undefined

afterEach(async () => {
  await day?.end()
  day = undefined
})

/** Two people with the same two notes before them, both cut off. */
async function apart(): Promise<readonly [Person, Person]> {
  day = await FieldDay.begin(2)
  const [ana, ben] = [await day.person(), await day.person()]
  await ana.write('Nest box 12')
  await ana.write('Heron', 'It stood in the reeds.')
  await until(() => ben.rows(), ['Heron Sent', 'Nest box 12 Sent'])
  await ana.isSent()
  await ben.open('Heron')
  ana.wire.cut()
  ben.wire.cut()
  return [ana, ben]
}

async function back(...people: readonly Person[]): Promise<void> {
  for (const { wire } of people) wire.mend()
}

async function addTag(person: Person, tag: string): Promise<void> {
  await person.box('Tags').fill(tag)
  await person.box('Tags').press('Enter')
}

async function judge(person: Person, quality: 'Good' | 'Poor'): Promise<void> {
  await person.page.getByText(quality, { exact: true }).click()
}

test('what two people write apart is put together by each field’s rule, and both show the same', async () => {
  const [ana, ben] = await apart()
  await ana.box('Note').fill('At dawn it stood in the reeds.')
  await addTag(ana, 'bird')
  await ana.button('One visit more').click()
  await ana.button('One visit more').click()
  await ana.box('Count').fill('2')
  await ana.box('Title').fill('Grey heron')

  await ben.box('Note').fill('It stood in the reeds. Then it flew.')
  await addTag(ben, 'shore')
  await ben.button('One visit more').click()
  await ben.box('Openings').fill('3')
  await ben.box('Observed').fill('2026-07')
  await ben.box('Title').fill('Heron, adult')
  await until(() => ana.says(), 'Offline · 1 to send')
  await until(() => ben.says(), 'Offline · 1 to send')

  await back(ana, ben)
  await ana.isSent()
  await ben.isSent()
  const merged = {
    note: 'At dawn it stood in the reeds. Then it flew.',
    tags: ['bird', 'shore'],
    visits: expect.stringContaining('3'),
    count: '2',
    openings: '3',
    observed: '2026-07',
  }
  await until(() => ana.shown(), expect.objectContaining(merged))
  await until(() => ben.shown(), await ana.shown())
  expect(['Grey heron', 'Heron, adult']).toContain((await ana.shown()).title)
}, 120_000)

test('two judgements of one note are put before both; decided by one, it is decided for both, and the other stays readable', async () => {
  const [ana, ben] = await apart()
  await judge(ana, 'Good')
  await judge(ben, 'Poor')
  await back(ana, ben)
  await until(() => ana.says(), '1 to review')
  await until(() => ben.says(), '1 to review')
  await until(() => ben.rows(), ['Heron To review', 'Nest box 12 Sent'])

  await ana.page.getByRole('link', { name: 'Choose' }).click()
  await ana.button('Keep mine').click()
  await ana.isSent()
  await ben.isSent()
  await until(async () => (await ben.shown()).quality, 'Good')
  await ana.open('Heron')
  await until(async () => (await ana.shown()).quality, 'Good')
  await ben.button('History').click()
  const history = ben.page.locator('tombolo-history')
  await until(() => history.getByText('Poor', { exact: true }).count(), 1)
}, 120_000)

test('an edit wins over a delete that had not seen it', async () => {
  const [ana, ben] = await apart()
  await ana.button('Delete').click()
  await until(() => ana.rows(), ['Nest box 12 Sent'])
  await ben.box('Note').fill('It stood in the reeds, still.')
  await until(() => ben.says(), 'Offline · 1 to send')
  await back(ana, ben)
  await until(() => ana.rows(), ['Heron Sent', 'Nest box 12 Sent'])
  await until(() => ben.rows(), ['Heron Sent', 'Nest box 12 Sent'])
  await ana.open('Heron')
  await until(() => ana.box('Note').inputValue(), 'It stood in the reeds, still.')
}, 120_000)

test('two hundred letters are typed while another person writes in the same text', async () => {
  const [ana, ben] = await apart()
  await back(ana, ben)
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
  const [ana, ben] = await apart()
  await back(ana, ben)
  await ana.button('Delete').click()
  await until(() => ben.rows(), ['Nest box 12 Sent'])
  await ana.button('Undo').click()
  await until(() => ben.rows(), ['Heron Sent', 'Nest box 12 Sent'])
  await until(() => ana.rows(), ['Heron Sent', 'Nest box 12 Sent'])
}, 120_000)
