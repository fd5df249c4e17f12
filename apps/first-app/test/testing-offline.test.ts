/** What docs/guides/testing-offline.md shows, as it stands there. */
import { collection, renameField, schema, string, text } from '@tombolo/core'
import { openField } from '@tombolo/testkit/vitest'
import { expect, test } from 'vitest'
import { app } from '../src/schema.ts'

test('what is written offline is everywhere afterwards', async () => {
  const field = await openField({ schema: app })
  const ana = await field.device('ana')
  const ben = await field.device('ben')
  const { id: project } = await ana.store.createSpace('Birds')
  await field.quiet()

  ana.goOffline()
  await ana.store.write((w) => w.notes.add(project, { title: 'Heron' }))
  await field.pass('3 days')
  await expect(ben).toShow('notes', [])

  ana.goOnline()
  await field.quiet()
  await expect(ben).toShow('notes', [{ title: 'Heron' }])
})

/** Two devices of one account that know one project. */
async function twoDevices() {
  const field = await openField({ schema: app })
  const ana = await field.device('ana')
  const ben = await field.device('ben')
  const { id: project } = await ana.store.createSpace('Birds')
  await field.quiet()
  return { field, ana, ben, project }
}

/** And one note that both have. */
async function oneNote() {
  const devices = await twoDevices()
  const { ana, field, project } = devices
  const { result: note } = await ana.store.write((w) => w.notes.add(project, { title: 'Heron' }))
  await field.quiet()
  return { ...devices, note }
}

test('an answer that is lost makes nothing twice', async () => {
  const { field, ana, ben, project, note } = await oneNote()
  ana.loseNextAnswer()
  await ana.store.writeIn(project, (w) => w.notes.increment(note, 'visits'))
  await field.quiet()
  await expect(ben).toShow('notes', [{ visits: 1 }])
})

test('while no answer comes, the screen says so', async () => {
  const { field, ana, project } = await twoDevices()
  ana.holdAnswers()
  await ana.store.write((w) => w.notes.add(project, { title: 'Heron' }))
  await field.pass('10 minutes')
  await expect(ana).toShow('notes', [{ title: 'Heron', $state: 'pending' }])

  ana.release()
  await field.quiet()
  await expect(ana).toShow('notes', [{ title: 'Heron', $state: 'synced' }])
})

test('a correction wins, though the clock of whoever made it is four years late', async () => {
  const { field, ana, ben, project, note } = await oneNote()
  ben.setClock('-1460 days')
  await ben.store.writeIn(project, (w) => w.notes.set(note, { title: 'Grey heron' }))
  await field.quiet()
  await expect(ana).toShow('notes', [{ title: 'Grey heron' }])
})

test('two who judge a note differently are asked, and the answer counts for both', async () => {
  const { field, ana, ben, project, note } = await oneNote()
  ana.goOffline()
  ben.goOffline()
  await ana.store.writeIn(project, (w) => w.notes.set(note, { quality: 'good' }))
  await ben.store.writeIn(project, (w) => w.notes.set(note, { quality: 'poor' }))
  ana.goOnline()
  ben.goOnline()
  await field.quiet()
  await expect(ana).toShow('notes', [{ $state: 'conflicted', $conflicts: ['quality'] }])

  const [conflict] = await ana.store.conflicts.all()
  if (conflict === undefined) throw new Error('there is no conflict')
  await ana.store.writeIn(project, (w) => w.notes.resolve(note, 'quality', conflict.id, 'good'))
  await field.quiet()
  await expect(ben).toShow('notes', [{ quality: 'good', $state: 'synced' }])
})

test('a note that one deletes while another writes to it stays', async () => {
  const { field, ana, ben, project, note } = await oneNote()
  ana.goOffline()
  await ana.store.writeIn(project, (w) => w.notes.delete(note))
  await ben.store.writeIn(project, (w) => w.notes.set(note, { title: 'Heron, with young' }))
  ana.goOnline()
  await field.quiet()
  await expect(ana).toShow('notes', [{ title: 'Heron, with young' }])
})

test('what the hub refuses stays with its author, who corrects it', async () => {
  const { field, ana, ben, project } = await twoDevices()
  await field.hub.refuse('notes', 'title', (title) => (title === 'Dodo' ? 'There are none any more.' : null))
  const { result: note, settled } = await ana.store.write((w) => w.notes.add(project, { title: 'Dodo' }))
  expect(await field.until(settled)).toMatchObject({ type: 'rejected', code: 'value.invalid' })
  await expect(ana).toShow('notes', [{ title: 'Dodo', $state: 'failed' }])
  expect(field).toHaveLostNothing()

  const [refused] = await ana.store.outbox.all()
  if (refused === undefined) throw new Error('the outbox is empty')
  await ana.store.outbox.amend(refused, (w) => w.notes.set(note, { title: 'Pigeon' }))
  await field.quiet()
  await expect(ben).toShow('notes', [{ title: 'Pigeon' }])
})

test('a battery that is empty takes nothing that was saved', async () => {
  const { field, ana, ben, project } = await twoDevices()
  ana.goOffline()
  await ana.store.write((w) => w.notes.add(project, { title: 'Heron' }))
  ana.crash()

  await ana.reopen()
  ana.goOnline()
  await field.quiet()
  await expect(ben).toShow('notes', [{ title: 'Heron' }])
})

test('a phone that was set up from a copy of another one sends nothing twice', async () => {
  const { field, ana, ben, project, note } = await oneNote()
  ana.goOffline()
  await ana.store.writeIn(project, (w) => w.notes.increment(note, 'visits'))
  await ana.clone('new phone')
  ana.goOnline()
  await field.quiet()
  await expect(ben).toShow('notes', [{ visits: 1 }])
})

test('on a full device nothing is half saved, and what was saved before goes out', async () => {
  const { field, ana, ben, project } = await twoDevices()
  ana.goOffline()
  await ana.store.write((w) => w.notes.add(project, { title: 'Heron' }))
  ana.fillDisk()
  const saving = ana.store.write((w) => w.notes.add(project, { title: 'Stilt' }))
  await expect(saving).rejects.toMatchObject({ code: 'storage.full' })
  await expect(ana).toShow('notes', [{ title: 'Heron' }])

  ana.goOnline()
  await field.pass('10 minutes')
  await expect(ben).toShow('notes', [{ title: 'Heron' }])

  ana.freeDisk()
  await field.quiet()
  expect(field).toHaveLostNothing()
})

test('an app that is updated with work in its outbox sends it', async () => {
  const app1 = schema({ version: 1, collections: { notes: collection({ title: string() }) } })
  const app2 = schema({
    version: 2,
    collections: { notes: collection({ heading: string(), body: text() }) },
    upgrades: { 1: renameField('notes', 'title', 'heading') },
  })
  const field = await openField({ schema: app1 })
  const ana = await field.device('ana')
  const { id: project } = await ana.store.createSpace('Birds')
  await field.quiet()
  ana.goOffline()
  await ana.store.write((w) => w.notes.add(project, { title: 'Heron' }))

  await field.hub.deploy(app2)
  const updated = await ana.update(app2)
  await expect(updated).toShow('notes', [{ heading: 'Heron', $state: 'pending' }])
  updated.goOnline()
  await field.quiet()
  await expect(field).toAgree()
})

test('whatever happened, all devices show the same, and nothing is lost', async () => {
  const { field, ana, ben, project, note } = await oneNote()
  ana.goOffline()
  await ana.store.writeIn(project, (w) => w.notes.addTo(note, 'tags', 'wet'))
  const backup = field.hub.backup()
  await ben.store.writeIn(project, (w) => w.notes.addTo(note, 'tags', 'dry'))
  await field.quiet()
  await field.hub.restore(backup)
  ana.goOnline()
  await field.quiet()

  await expect(field).toAgree()
  expect(field).toHaveLostNothing()
  await expect(ana).toShow('notes', [{ tags: ['dry', 'wet'] }])
})
