/** Which of a device's commits wait for the disk. */
import { expect, test } from 'vitest'
import { addNote, appWith, worldOf } from '../test/history-kit.ts'

const app = appWith()

test('[P1] a save waits for the disk, and so does a page; a verdict does not, for the hub says it again', async () => {
  const world = await worldOf(app)
  const a = await world.device()
  const { database } = a.store.state
  const flushes: string[] = []
  const transaction = database.transaction.bind(database)
  database.transaction = (work, flush = 'now') => {
    flushes.push(flush)
    return transaction(work, flush)
  }
  const during = async (work: () => unknown): Promise<readonly string[]> => {
    flushes.length = 0
    await work()
    return [...new Set(flushes)]
  }
  const space = a.newSpace()
  expect(await during(() => addNote(a, space, 'Heron'))).toEqual(['now'])
  const limits = { bytesMax: 1e6, changesMax: 10 }
  const answers: (readonly string[])[] = []
  const answered = a.store.hub.pushAnswered.bind(a.store.hub)
  a.store.hub.pushAnswered = (...said) => void during(() => answered(...said)).then((told) => answers.push(told))
  expect(await during(() => a.store.hub.nextPush(space, limits))).toEqual(['now'])
  await a.sync()
  expect(answers).toEqual([['later']])
})
