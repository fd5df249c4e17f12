/** Several people in one space: who reads, who writes, and what becomes of the work of somebody who was removed. */
import { collection, schema, type SpaceId, string, text } from '@tombolo/core'
import { expect, test } from 'vitest'
import { type Field, type FieldDevice, openField } from '../vitest.ts'

const app = schema({ version: 1, collections: { notes: collection({ title: string(), body: text() }) } })

type App = typeof app

interface Scene {
  readonly field: Field<App>
  readonly ana: FieldDevice<App>
  readonly ben: FieldDevice<App>
  readonly project: SpaceId
}

/** A project of ana with one note, in which ben has a role. */
async function openScene(role: 'editor' | 'contributor' | 'reader' = 'editor'): Promise<Scene> {
  const field = await openField({ schema: app, seed: 1 })
  const ana = await field.device('ana', { account: 'ana' })
  const ben = await field.device('ben', { account: 'ben' })
  const { id: project } = await ana.store.createSpace('Birds')
  await ana.store.write((w) => w.notes.add(project, { title: 'Heron', body: 'Two at the weir' }))
  await field.quiet()
  await ana.store.members.setRole(project, 'ben', role, { name: 'Ben' })
  await field.quiet()
  return { field, ana, ben, project }
}

const outboxOf = (device: FieldDevice<App>): Promise<readonly { readonly status: string; readonly code: string | undefined }[]> =>
  device.store.outbox.all().then((items) => items.map(({ status, refused }) => ({ status, code: refused?.code })))

test('[W1] who was given a role has the space on their device, and everybody sees who is there', async () => {
  const { field, ana, ben, project } = await openScene()
  await expect(ben).toShow('notes', [{ title: 'Heron' }])
  await ben.store.write((w) => w.notes.add(project, { title: 'Stilt' }))
  await field.quiet()
  await expect(ana).toShow('notes', [{ title: 'Heron' }, { title: 'Stilt' }])
  for (const { store } of [ana, ben]) {
    const members = await store.db.$member.in(project).all()
    expect(members.map(({ account, role, name }) => ({ account, role, name }))).toEqual(
      expect.arrayContaining([
        { account: 'ana', role: 'owner', name: null },
        { account: 'ben', role: 'editor', name: 'Ben' },
      ]),
    )
  }
  await expect(field).toAgree()
})

test('[W2] what a reader writes is refused, stays on their device, and goes when they may', async () => {
  const { field, ana, ben, project } = await openScene('reader')
  await ben.store.write((w) => w.notes.add(project, { title: 'Stilt' }))
  await field.quiet()
  expect(await outboxOf(ben)).toEqual([{ status: 'failed', code: 'access.denied' }])
  await expect(ben).toShow('notes', [{ title: 'Heron' }, { title: 'Stilt', $state: 'failed' }])
  await ana.store.members.setRole(project, 'ben', 'editor')
  await field.quiet()
  const [failed] = await ben.store.outbox.all()
  if (failed === undefined) throw new Error('nothing failed')
  await ben.store.outbox.retry(failed)
  await field.quiet()
  await expect(ana).toShow('notes', [{ title: 'Heron' }, { title: 'Stilt' }])
})

test('[W5] who is removed while offline with 5 unsent notes loses access, and none of the words', async () => {
  const { field, ana, ben, project } = await openScene()
  ben.goOffline()
  for (const title of ['one', 'two', 'three', 'four', 'five']) await ben.store.write((w) => w.notes.add(project, { title, body: 'seen' }))
  await ana.store.members.setRole(project, 'ben', 'none')
  await field.pass('3 days')
  await expect(ben).toShow('notes', [{ title: 'Heron' }, ...['one', 'two', 'three', 'four', 'five'].map((title) => ({ title }))])
  ben.goOnline()
  await field.pass('5 minutes')
  expect(await outboxOf(ben)).toEqual(Array.from({ length: 5 }, () => ({ status: 'failed', code: 'access.revoked' })))
  await expect(ben).toShow(
    'notes',
    ['one', 'two', 'three', 'four', 'five'].map((title) => ({ title, $state: 'failed' })),
  )
  expect(await ben.store.spaces()).toMatchObject([{ id: project, role: 'none' }])
  const [failed] = await ben.store.outbox.all()
  expect(failed === undefined ? '' : await ben.store.outbox.export(failed)).toContain('seen')
  await expect(ana).toShow('notes', [{ title: 'Heron' }])
  for (const item of await ben.store.outbox.all()) await ben.store.outbox.discard(item)
  await field.quiet()
  await expect(ben).toShow('notes', [])
  expect(await ben.store.spaces()).toEqual([])
})

test('[W5] a removal reaches an open device in seconds; whoever comes back has everything again, and sends what was refused', async () => {
  const { field, ana, ben, project } = await openScene()
  await ana.store.members.setRole(project, 'ben', 'none')
  await field.pass('5 seconds')
  await expect(ben).toShow('notes', [])
  expect(await ben.store.spaces()).toEqual([])
  await ana.store.members.setRole(project, 'ben', 'reader')
  await field.quiet()
  await expect(ben).toShow('notes', [{ title: 'Heron' }])
  expect(await ben.store.spaces()).toMatchObject([{ id: project, role: 'reader' }])
  await expect(field).toAgree()
})

test('[W1] [Q3] at a hub that was put back to before a project was made, nobody becomes its owner who was not', async () => {
  const field = await openField({ schema: app, seed: 1 })
  const ana = await field.device('ana', { account: 'ana' })
  const ben = await field.device('ben', { account: 'ben' })
  await field.quiet()
  const before = field.hub.backup()
  const { id: project } = await ana.store.createSpace('Birds')
  await field.quiet()
  await ana.store.members.setRole(project, 'ben', 'reader')
  await field.quiet()
  await expect(ben).toShow('notes', [])
  ana.goOffline()
  await field.hub.restore(before)
  await ben.store.write((w) => w.notes.add(project, { title: 'Stilt' }))
  await field.pass('1 hour')
  ana.goOnline()
  await field.quiet('1 day')
  expect(await ana.store.spaces()).toMatchObject([{ name: 'Birds', role: 'owner' }])
  expect(await ben.store.spaces()).toMatchObject([{ name: 'Birds', role: 'reader' }])
  expect(await outboxOf(ben)).toEqual([{ status: 'failed', code: 'access.denied' }])
  for (const item of await ben.store.outbox.all()) await ben.store.outbox.discard(item)
  await field.quiet()
  await expect(field).toAgree()
})

/** A project of ana, who has never been online with it, and a code of an invitation to it. */
async function invited() {
  const field = await openField({ schema: app, seed: 1 })
  const ana = await field.device('ana', { account: 'ana' })
  const ben = await field.device('ben', { account: 'ben' })
  await field.quiet()
  ana.goOffline()
  ben.goOffline()
  const { id: project } = await ana.store.createSpace('Birds')
  await ana.store.write((w) => w.notes.add(project, { title: 'Heron' }))
  const code = await ana.store.members.invite(project, 'editor')
  return { field, ana, ben, project, code }
}

test('[W6] whoever opens an invitation without a network writes at once, and that arrives when both have been online', async () => {
  const { field, ana, ben, project, code } = await invited()
  expect(await ben.store.members.join(code, { name: 'Ben' })).toBe(project)
  await ben.store.write((w) => w.notes.add(project, { title: 'Stilt' }))
  await expect(ben).toShow('notes', [{ title: 'Stilt', $state: 'pending' }])
  const stop = ben.store.status.subscribe(() => undefined)
  ben.goOnline()
  await field.pass('10 minutes')
  expect(Object.values(ben.store.status.get()?.waits ?? {})).toMatchObject([{ reason: 'join' }])
  stop()
  ana.goOnline()
  await field.quiet('1 hour')
  for (const device of [ana, ben]) await expect(device).toShow('notes', [{ title: 'Heron' }, { title: 'Stilt', $state: 'synced' }])
  const members = await ana.store.db.$member.in(project).all()
  expect(members.map(({ account, role, name }) => ({ account, role, name }))).toEqual(
    expect.arrayContaining([
      { account: 'ana', role: 'owner', name: null },
      { account: 'ben', role: 'editor', name: 'Ben' },
    ]),
  )
  expect(await ben.store.spaces()).toMatchObject([{ id: project, name: 'Birds', role: 'editor' }])
  await expect(field).toAgree()
})

test('[W6] a device that has never been online joins, and says who it is when it knows', async () => {
  const { field, ana, project, code } = await invited()
  const zoe = await field.device('zoe', { account: 'zoe' })
  zoe.goOffline()
  await zoe.store.members.join(code)
  await zoe.store.write((w) => w.notes.add(project, { title: 'Plover' }))
  ana.goOnline()
  await field.pass('1 minute')
  zoe.goOnline()
  await field.quiet('1 hour')
  await expect(ana).toShow('notes', [{ title: 'Heron' }, { title: 'Plover' }])
  await expect(field).toAgree()
})

test('[W6] what is no code is said at once', async () => {
  const { ben } = await invited()
  await expect(ben.store.members.join('nonsense')).rejects.toMatchObject({ code: 'invite.malformed' })
})

test('[W5] what was applied, and whose answer was lost before the removal was heard of, does not stay on the device', async () => {
  const { field, ana, ben, project } = await openScene()
  ben.holdAnswers()
  await ben.store.write((w) => w.notes.add(project, { title: 'Stilt' }))
  await field.pass('5 seconds')
  ben.goOffline()
  ben.release()
  await expect(ben).toShow('notes', [{ title: 'Heron' }, { title: 'Stilt', $state: 'pending' }])
  await expect(ana).toShow('notes', [{ title: 'Heron' }, { title: 'Stilt' }])
  await ana.store.members.setRole(project, 'ben', 'none')
  await field.pass('1 minute')
  ben.goOnline()
  await field.quiet('1 hour')
  await expect(ben).toShow('notes', [])
  expect(await ben.store.spaces()).toEqual([])
  await expect(ana).toShow('notes', [{ title: 'Heron' }, { title: 'Stilt' }])
})
