/** The field itself: that it does what its words say, that its checks can fail, and that it does the same each time. */
import { collection, counter, oneOf, schema, string, text, type SpaceId } from '@tombolo/core'
import { expect, test } from 'vitest'
import { type Field, type FieldDevice, openField } from '../vitest.ts'

const app = schema({
  version: 1,
  collections: {
    notes: collection({ title: string(), body: text(), visits: counter(), quality: oneOf('poor', 'good').review().optional() }),
  },
})

type App = typeof app

interface Scene {
  readonly field: Field<App>
  readonly ana: FieldDevice<App>
  readonly ben: FieldDevice<App>
  readonly project: SpaceId
}

/** Two devices of one account that know one project. */
async function openScene(seed = 1): Promise<Scene> {
  const field = await openField({ schema: app, seed })
  const ana = await field.device('ana')
  const ben = await field.device('ben')
  const { id: project } = await ana.store.createSpace('Birds')
  await field.quiet()
  return { field, ana, ben, project }
}

test('what is written offline stays there until there is signal, and then is everywhere', async () => {
  const { field, ana, ben, project } = await openScene()
  ana.goOffline()
  await ana.store.write((w) => w.notes.add(project, { title: 'Heron' }))
  await field.pass('3 days')
  expect(ana.unsynced()).toEqual(['1 change waits to be sent'])
  expect(ana).not.toHaveSynced()
  await expect(ben).toShow('notes', [])
  expect(await field.differences()).toEqual(
    expect.arrayContaining([expect.stringMatching(/^notes .*: ana shows {.*"title":"Heron".*}, a new device shows nothing$/)]),
  )
  ana.goOnline()
  await field.quiet()
  expect(ana).toHaveSynced()
  await expect(ben).toShow('notes', [{ title: 'Heron' }])
  await expect(field).toAgree()
  expect(field).toHaveLostNothing()
})

test('what was saved goes out from a full device, which says that it is full', async () => {
  const { field, ana, ben, project } = await openScene()
  const stop = ana.store.status.subscribe(() => undefined)
  const isFull = (): boolean | undefined => ana.store.status.get()?.storage.isFull
  ana.goOffline()
  await ana.store.write((w) => w.notes.add(project, { title: 'Heron' }))
  ana.fillDisk()
  await expect(ana.store.write((w) => w.notes.add(project, { title: 'Stilt' }))).rejects.toMatchObject({ code: 'storage.full' })
  await field.pass('1 second')
  expect(isFull()).toBe(true)
  ana.crash()
  await ana.reopen()
  ana.goOnline()
  await field.pass('1 hour')
  await expect(ben).toShow('notes', [{ title: 'Heron' }])
  await expect(ana.store.write((w) => w.notes.add(project, { title: 'Stilt' }))).rejects.toMatchObject({ code: 'storage.full' })
  ana.freeDisk()
  await field.pass('1 minute')
  await ana.store.write((w) => w.notes.add(project, { title: 'Stilt' }))
  await field.quiet()
  await expect(field).toAgree()
  expect(field).toHaveLostNothing()
  stop()
})

test('a full device fetches nothing, and that is why it is not quiet', async () => {
  const { field, ana, ben, project } = await openScene()
  ben.fillDisk()
  await ana.store.write((w) => w.notes.add(project, { title: 'Heron' }))
  await expect(field.quiet('1 hour')).rejects.toThrow(/^It is not quiet after 1 hour:\n {2}ben: .* \(its disk is full\)$/)
  ben.freeDisk()
  await field.quiet()
  await expect(ben).toShow('notes', [{ title: 'Heron' }])
})

test('devices of other accounts do not see it', async () => {
  const { field, ana, project } = await openScene()
  const zoe = await field.device('zoe', { account: 'zoe' })
  await ana.store.write((w) => w.notes.add(project, { title: 'Heron' }))
  await field.quiet()
  await expect(zoe).toShow('notes', [])
  expect(zoe).toHaveSynced()
})

test('an answer that is lost, or held back, makes nothing twice', async () => {
  const { field, ana, ben, project } = await openScene()
  const { result: note } = await ana.store.write((w) => w.notes.add(project, { title: 'Heron' }))
  await field.quiet()
  ana.loseNextAnswer()
  await ana.store.writeIn(project, (w) => w.notes.increment(note, 'visits'))
  await field.quiet()
  ana.holdAnswers()
  await ana.store.writeIn(project, (w) => w.notes.increment(note, 'visits'))
  await field.pass('10 minutes')
  await expect(ben).toShow('notes', [{ visits: 2 }])
  expect(ana.unsynced()).toContain('1 change waits to be sent')
  await expect(field.quiet('1 hour')).rejects.toThrow(
    /^It is not quiet after 1 hour:\n {2}ana: 1 change waits to be sent \(its answers are held back\)/,
  )
  ana.release()
  await field.quiet()
  await expect(field).toAgree()
})

test('a device that crashed has what it had saved; its windows share one database', async () => {
  const { field, ana, project } = await openScene()
  const tab = await ana.openTab()
  ana.goOffline()
  await tab.store.write((w) => w.notes.add(project, { title: 'Heron' }))
  await expect(ana).toShow('notes', [{ title: 'Heron' }])
  ana.crash()
  expect(() => ana.store).toThrow('ana has no window open')
  await expect(tab.store.spaces()).rejects.toThrow('the process of this store is gone')
  await ana.reopen()
  await expect(ana).toShow('notes', [{ title: 'Heron' }])
  ana.goOnline()
  await field.quiet()
  await expect(field).toAgree()
})

test('a window goes on when the one that had the database is gone', async () => {
  const { field, ben } = await openScene()
  const ana = await field.device('tabs')
  const second = await ana.openTab()
  const third = await ana.openTab()
  const { id: project } = await second.store.createSpace('Plants')
  second.crash()
  await third.store.write((w) => w.notes.add(project, { title: 'Heron' }))
  await third.close()
  await field.quiet()
  await expect(ana).toShow('notes', [{ title: 'Heron' }])
  await expect(ben).toShow('notes', [{ title: 'Heron' }])
  await expect(field).toAgree()
})

test('a copy of a device and the device go on, and nothing is there twice', async () => {
  const { field, ana, project } = await openScene()
  ana.goOffline()
  const { result: note } = await ana.store.write((w) => w.notes.add(project, { title: 'Heron' }))
  await ana.store.writeIn(project, (w) => w.notes.increment(note, 'visits'))
  const copy = await ana.clone('copy')
  await copy.store.writeIn(project, (w) => w.notes.increment(note, 'visits'))
  await field.quiet()
  ana.goOnline()
  await field.quiet()
  await expect(copy).toShow('notes', [{ title: 'Heron', visits: 2 }])
  await expect(field).toAgree()
})

test('what the hub refuses stays with its author, who may correct it', async () => {
  const { field, ana, ben, project } = await openScene()
  await field.hub.refuse('notes', 'title', (title) => (title === 'Dodo' ? 'There are none.' : null))
  const { result: note, settled } = await ana.store.write((w) => w.notes.add(project, { title: 'Dodo' }))
  expect(await field.until(settled)).toMatchObject({ type: 'rejected', code: 'value.invalid' })
  expect(ana.unsynced()).toEqual(['1 change was refused'])
  expect(field).toHaveLostNothing()
  const [refused] = await ana.store.outbox.all()
  if (refused === undefined) throw new Error('the outbox is empty')
  await ana.store.outbox.amend(refused, (w) => w.notes.set(note, { title: 'Pigeon' }))
  await field.quiet()
  await expect(ben).toShow('notes', [{ title: 'Pigeon' }])
  await expect(field).toAgree()
})

test('a hub that was put back is filled again', async () => {
  const { field, ana, ben, project } = await openScene()
  const backup = field.hub.backup()
  await ana.store.write((w) => w.notes.add(project, { title: 'Heron' }))
  await field.quiet()
  await field.hub.restore(backup)
  await field.quiet()
  await expect(ben).toShow('notes', [{ title: 'Heron' }])
  await expect(field).toAgree()
  expect(field).toHaveLostNothing()
  for (const device of [ana, ben]) await device.close()
  await field.pass('8 days')
  await expect(field.hub.restore(backup)).rejects.toThrow('older than a week')
})

test('a stopped hub is named by whoever waits for it', async () => {
  const { field, ana, project } = await openScene()
  field.hub.stop()
  await ana.store.write((w) => w.notes.add(project, { title: 'Heron' }))
  await expect(field.quiet('1 hour')).rejects.toThrow('ana: 1 change waits to be sent (the hub is stopped)')
  await field.hub.start()
  await field.quiet()
  expect(ana).toHaveSynced()
})

test('a wrong clock is shown and mended', async () => {
  const { field, ana, project } = await openScene()
  ana.setClock('+3 days')
  await ana.store.write((w) => w.notes.add(project, { title: 'Heron' }))
  await field.quiet()
  const stop = ana.store.status.subscribe(() => undefined)
  await field.pass('1 minute')
  expect(ana.store.status.get()).toMatchObject({ clockWarning: true })
  ana.setClock(0)
  await field.pass('1 hour')
  expect(ana.store.status.get()).toMatchObject({ clockWarning: false })
  stop()
})

test('a disk that is lost takes with it what was only there, and that is named', async () => {
  const { field, ana, project } = await openScene()
  await ana.store.write((w) => w.notes.add(project, { title: 'Heron' }))
  await field.quiet()
  await ana.wipe()
  expect(field).toHaveLostNothing()
  await field.quiet()
  await expect(ana).toShow('notes', [{ title: 'Heron' }])
  ana.goOffline()
  await ana.store.write((w) => w.notes.add(project, { title: 'Egret' }))
  await ana.wipe()
  expect(field.lost()).toEqual([expect.stringMatching(/^ana saved 'add notes' at 2026-06-01T.*, and it is nowhere$/)])
  expect(() => expect(field).toHaveLostNothing()).toThrow('saved work is lost:')
})

test('what its author discards is not lost', async () => {
  const { field, ana, project } = await openScene()
  ana.goOffline()
  await ana.store.write((w) => w.notes.add(project, { title: 'Heron' }))
  const [waiting] = await ana.store.outbox.all()
  if (waiting === undefined) throw new Error('the outbox is empty')
  await ana.store.outbox.discard(waiting)
  await expect(ana).toShow('notes', [])
  expect(field).toHaveLostNothing()
})

test('a matcher that fails says why', async () => {
  const { field, ana, project } = await openScene()
  expect(() => expect(ana).not.toHaveSynced()).toThrow('ana is in sync with the hub')
  ana.goOffline()
  await ana.store.write((w) => w.notes.add(project, { title: 'Heron' }))
  expect(() => expect(ana).toHaveSynced()).toThrow('ana is not in sync with the hub:\n  1 change waits to be sent')
  await expect(expect(ana).toShow('notes', [{ title: 'Egret' }])).rejects.toThrow('ana shows other notes')
  await expect(expect(ana).toShow('notes', [])).rejects.toThrow('ana shows other notes')
  await expect(expect(field).toAgree()).rejects.toThrow(
    /^devices and hub differ:\n {2}notes .*: ana shows {.*"Heron".*}, a new device shows nothing$/,
  )
})

test('a backup belongs to its field', async () => {
  const { field } = await openScene()
  const other = await openField({ schema: app })
  await expect(other.hub.restore(field.hub.backup())).rejects.toThrow('this field has no such backup')
})

test.each(['3 moons', 'days', ''])('%j is no length of time', async (span) => {
  const field = await openField({ schema: app })
  await expect(field.pass(span as '3 days')).rejects.toThrow('is no length of time')
})

test('the same seed does the same', async () => {
  const run = async (seed: number): Promise<unknown> => {
    const { field, ana, ben, project } = await openScene(seed)
    ana.goOnline({ signal: 'poor' })
    await ana.store.write((w) => w.notes.add(project, { title: 'Heron' }))
    await field.quiet()
    return [field.now, await ben.store.db.notes.all()]
  }
  const first = await run(7)
  expect(await run(7)).toEqual(first)
  expect(await run(8)).not.toEqual(first)
})
