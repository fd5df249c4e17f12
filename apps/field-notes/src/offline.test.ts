/** What becomes of notes that people write far from any signal, on two devices of one researcher. */
import { collection, schema, string, text, unchanged, type RecordId, type SpaceId } from '@tombolo/core'
import { type Field, type FieldDevice, openField } from '@tombolo/testkit/vitest'
import { expect, test } from 'vitest'
import { app } from './schema.ts'

type App = typeof app
type Device = FieldDevice<App>

interface FieldDay {
  readonly field: Field<App>
  readonly phone: Device
  readonly laptop: Device
  readonly project: SpaceId
  readonly note: RecordId
}

/** One note that both devices have; then both lose their signal. */
async function leaveForTheField(): Promise<FieldDay> {
  const field = await openField({ schema: app })
  const phone = await field.device('phone')
  const laptop = await field.device('laptop')
  const { id: project } = await phone.store.createSpace('Ants')
  const { result: note } = await phone.store.write((w) => w.notes.add(project, { title: 'Nest', tags: ['oak'] }))
  await field.quiet()
  for (const device of [phone, laptop]) device.goOffline()
  return { field, phone, laptop, project, note }
}

async function comeHome({ field, phone, laptop }: FieldDay): Promise<void> {
  for (const device of [phone, laptop]) device.goOnline()
  await field.quiet()
  await expect(field).toAgree()
  expect(field).toHaveLostNothing()
}

test('two judgements of its quality are put before a person, who decides for everyone', async () => {
  const day = await leaveForTheField()
  const { field, phone, laptop, project, note } = day
  await phone.store.writeIn(project, (w) => w.notes.set(note, { quality: 'good' }))
  await laptop.store.writeIn(project, (w) => w.notes.set(note, { quality: 'poor' }))
  await comeHome(day)
  for (const device of [phone, laptop]) await expect(device).toShow('notes', [{ $conflicts: ['quality'], $state: 'conflicted' }])
  const [conflict] = await laptop.store.conflicts.all(project)
  if (conflict === undefined) throw new Error('there is no conflict')
  await laptop.store.writeIn(project, (w) => w.notes.resolve(note, 'quality', conflict.id, 'good'))
  await field.quiet()
  await expect(phone).toShow('notes', [{ quality: 'good', $conflicts: [], $state: 'synced' }])
  await expect(field).toAgree()
})

test('what both wrote into its text, its tags and its visits stands there once', async () => {
  const day = await leaveForTheField()
  const { phone, laptop, project, note } = day
  await phone.store.writeIn(project, (w) => {
    w.notes.edit(note, 'body', { from: '', to: 'Under bark.' })
    w.notes.addTo(note, 'tags', 'shade')
    w.notes.increment(note, 'visits')
  })
  await laptop.store.writeIn(project, (w) => {
    w.notes.addTo(note, 'tags', 'slope')
    w.notes.removeFrom(note, 'tags', 'oak')
    w.notes.increment(note, 'visits', 2)
  })
  await comeHome(day)
  await expect(laptop).toShow('notes', [{ body: 'Under bark.', tags: ['shade', 'slope'], visits: 3 }])
})

test('a note that one deletes and the other edits stays', async () => {
  const day = await leaveForTheField()
  const { phone, laptop, project, note } = day
  await phone.store.writeIn(project, (w) => w.notes.delete(note))
  await laptop.store.writeIn(project, (w) => w.notes.set(note, { title: 'Nest of Lasius' }))
  await expect(phone).toShow('notes', [])
  await comeHome(day)
  await expect(phone).toShow('notes', [{ title: 'Nest of Lasius' }])
})

test('its place is one decision: latitude and longitude of one person', async () => {
  const day = await leaveForTheField()
  const { field, phone, laptop, project, note } = day
  await phone.store.writeIn(project, (w) => w.notes.set(note, { place: { lat: 47.1, lon: 8.5 } }))
  await field.pass('10 minutes')
  await laptop.store.writeIn(project, (w) => w.notes.set(note, { place: { lat: 46.9, lon: 7.4 } }))
  await comeHome(day)
  await expect(phone).toShow('notes', [{ place: { lat: 46.9, lon: 7.4, accuracy: null } }])
})

test('a week of notes without signal is sent when there is some, be it poor', async () => {
  const day = await leaveForTheField()
  const { field, phone, laptop, project } = day
  await laptop.close()
  for (let dayOfWeek = 1; dayOfWeek <= 7; dayOfWeek++) {
    await phone.store.write((w) => w.notes.add(project, { title: `Plot ${dayOfWeek}` }))
    await field.pass('1 day')
  }
  expect(phone.unsynced()).toEqual(['7 changes wait to be sent'])
  phone.goOnline({ signal: 'poor' })
  await field.quiet()
  expect(phone).toHaveSynced()
  await laptop.reopen()
  await comeHome(day)
  expect(await laptop.store.db.notes.count()).toBe(8)
})

test('a visit whose answer was lost, on a phone that then crashed, counts once', async () => {
  const day = await leaveForTheField()
  const { field, phone, project, note } = day
  phone.goOnline()
  phone.loseNextAnswer()
  await phone.store.writeIn(project, (w) => w.notes.increment(note, 'visits'))
  await field.pass('30 seconds')
  phone.crash()
  await phone.reopen()
  await comeHome(day)
  await expect(phone).toShow('notes', [{ visits: 1 }])
})

test('what waits in the outbox when the app is updated arrives as notes of the new version', async () => {
  const { title, body } = { title: string(), body: text() }
  const old = schema({ version: 1, collections: { notes: collection({ title, body }, { onDelete: 'edit-wins' }) } })
  const newer = schema({
    version: 2,
    collections: { notes: collection({ title, body, habitat: string().optional() }, { onDelete: 'edit-wins' }) },
    upgrades: { 1: unchanged },
  })
  const field = await openField({ schema: old })
  const phone = await field.device('phone')
  const { id: project } = await phone.store.createSpace('Ants')
  await field.quiet()
  phone.goOffline()
  const { result: note } = await phone.store.write((w) => w.notes.add(project, { title: 'Nest' }))
  await field.hub.deploy(newer)
  const updated = await phone.update(newer)
  await updated.store.writeIn(project, (w) => w.notes.set(note, { habitat: 'meadow' }))
  updated.goOnline()
  await field.quiet()
  await expect(updated).toShow('notes', [{ title: 'Nest', habitat: 'meadow', $state: 'synced' }])
  await expect(field).toAgree()
  expect(field).toHaveLostNothing()
})

test('a hub that was put back to a backup gets from the devices what it lost', async () => {
  const day = await leaveForTheField()
  const { field, phone, laptop, project } = day
  await comeHome(day)
  const backup = field.hub.backup()
  await phone.store.write((w) => w.notes.add(project, { title: 'Queen' }))
  await field.quiet()
  await laptop.wipe()
  await field.hub.restore(backup)
  await comeHome(day)
  await expect(laptop).toShow('notes', [{ title: 'Nest' }, { title: 'Queen' }])
})

test('a note that the hub refuses stays with its author, with the reason, and can be corrected', async () => {
  const day = await leaveForTheField()
  const { field, phone, laptop, project } = day
  await field.hub.refuse('notes', 'count', (count) => (Number(count) > 1000 ? 'So many were never seen.' : null))
  await phone.store.write((w) => w.notes.add(project, { title: 'Swarm', count: 5000 }))
  for (const device of [phone, laptop]) device.goOnline()
  await field.quiet()
  expect(phone.unsynced()).toEqual(['1 change was refused'])
  expect(field).toHaveLostNothing()
  await expect(laptop).toShow('notes', [{ title: 'Nest' }])
  const [item] = await phone.store.outbox.all()
  if (item === undefined) throw new Error('the outbox is empty')
  expect(item.refused).toMatchObject({ code: 'value.invalid', field: 'count' })
  const [record] = item.records
  if (record === undefined) throw new Error('it writes no record')
  await phone.store.outbox.amend(item, (w) => w.notes.set(record.id, { count: 500 }))
  await field.quiet()
  await expect(laptop).toShow('notes', [{ title: 'Nest' }, { title: 'Swarm', count: 500 }])
  await expect(field).toAgree()
})
