/** What is saved while a live socket is open goes in the same turn. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { nodeStorage } from '../../../client/src/storage/node.ts'
import type { Storage } from '../../../client/src/storage/port.ts'
import { addNote, appWith, liveOf, meet, rowOf, worldOf } from '../test/history-kit.ts'
import type { Device } from '../test/hub-world.ts'

const app = appWith()

function newStorage(): Storage {
  const directory = mkdtempSync(join(tmpdir(), 'tombolo-at-once-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return nodeStorage({ directory })
}

/** A form, which is sealed with its save. */
const saveForm = (device: Device, space: Parameters<typeof addNote>[1], form: string) =>
  device.store.write({
    space,
    intent: form,
    steps: [{ type: 'add', collection: 'notes', record: device.newId(), values: { title: form } }],
  })

const offeredOnDisk = ({ store }: Device): unknown[] =>
  store.state.database
    .prepare(`SELECT offered FROM _change WHERE covered = 0 ORDER BY seq`)
    .all()
    .map(({ offered }) => offered)

test('[P1] its row says with the save that the hub may have it: nothing more is written before it is sent', async () => {
  const world = await worldOf(app)
  const [a, b] = [await world.device(), await world.device()]
  const space = a.newSpace()
  addNote(a, space, 'Heron')
  await meet(a, b)
  a.store.state.sendsAtOnce = true
  expect(saveForm(a, space, 'Egret').ok).toBe(true)
  expect(offeredOnDisk(a)).toEqual([1])
  const written = a.store.state.database.prepare('SELECT total_changes() AS count')
  const before = written.get()?.['count']
  expect(a.store.nextPush(space, { bytesMax: 1e6, changesMax: 10 })?.changes).toHaveLength(1)
  expect(written.get()?.['count']).toBe(before)
  await meet(a, b)
  expect(b.store.state.database.prepare('SELECT title FROM notes ORDER BY title').all()).toEqual([{ title: 'Egret' }, { title: 'Heron' }])
})

test('[Q7] with a socket open it goes without waiting for anything', async () => {
  const world = await worldOf(app)
  const a = await world.device()
  const space = a.newSpace()
  addNote(a, space, 'Heron')
  await a.sync()
  a.runner.start()
  await world.time.until(() => a.store.state.sendsAtOnce)
  await world.time.settle()
  const startedAt = world.time.nowMs
  expect(saveForm(a, space, 'Egret').ok).toBe(true)
  expect(liveOf(a)).toMatchObject([{ status: 'queued', offered: false, n: 2 }])
  await world.time.until(() => liveOf(a).length === 0)
  expect(world.time.nowMs).toBe(startedAt)
  await a.runner.stop()
  expect(a.errors).toEqual([])
})

test('[P1] without a socket a save says nothing of the kind, and can be discarded', async () => {
  const world = await worldOf(app)
  const a = await world.device()
  const space = a.newSpace()
  addNote(a, space, 'Heron')
  a.runner.start()
  await world.time.until(() => a.store.state.sendsAtOnce)
  await a.runner.stop()
  expect(a.store.state.sendsAtOnce).toBe(false)
  expect(saveForm(a, space, 'Egret').ok).toBe(true)
  expect(offeredOnDisk(a).at(-1)).toBe(0)
})

test('[P3] a device that dies in between sends it after all, and takes back nothing that the hub may have', async () => {
  const world = await worldOf(app)
  const storage = newStorage()
  let a = await world.device(await storage.open('a'))
  const space = a.newSpace()
  const record = addNote(a, space, 'Heron')
  await meet(a)
  a.store.state.sendsAtOnce = true
  expect(saveForm(a, space, 'Egret').ok).toBe(true)
  a.store.state.database.close()
  a = await world.device(await storage.open('a'))
  const [change] = liveOf(a)
  expect(change).toMatchObject({ status: 'queued', offered: true, n: 2 })
  expect(a.store.discard(change?.seq ?? 0)).toMatchObject({ ok: false, error: { code: 'change.offered' } })
  await meet(a)
  expect(liveOf(a)).toEqual([])
  expect(rowOf(a, record)['title']).toBe('Heron')
  expect(a.errors).toEqual([])
})

test('[P7] what was about to go, and has not gone, can still be discarded', async () => {
  const world = await worldOf(app)
  const storage = newStorage()
  let a = await world.device(await storage.open('a'))
  const space = a.newSpace()
  addNote(a, space, 'Heron')
  await meet(a)
  a.store.state.sendsAtOnce = true
  expect(saveForm(a, space, 'Egret').ok).toBe(true)
  expect(a.store.discard(liveOf(a)[0]?.seq ?? 0).ok).toBe(true)
  a.store.state.sendsAtOnce = false
  expect(saveForm(a, space, 'Bittern').ok).toBe(true)
  a.store.state.database.close()
  a = await world.device(await storage.open('a'))
  await meet(a)
  expect(a.store.state.database.prepare('SELECT title FROM notes ORDER BY title').all()).toEqual([{ title: 'Bittern' }, { title: 'Heron' }])
  expect(liveOf(a)).toEqual([])
})

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
  const answered = a.store.pushAnswered.bind(a.store)
  a.store.pushAnswered = (...said) => void during(() => answered(...said)).then((told) => answers.push(told))
  expect(await during(() => a.store.nextPush(space, limits))).toEqual(['now'])
  await a.sync()
  expect(answers).toEqual([['later']])
})
