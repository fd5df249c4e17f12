/** A download of a whole store, brought back: nothing is lost, and nothing is doubled. */
import fc from 'fast-check'
import { collection, type RecordId, renameField, schema, type SpaceId, string, text } from '@tombolo/core'
import { expect, test } from 'vitest'
import { StorageError } from '../../../client/src/storage/port.ts'
import type { Operation } from '../storage/gate.ts'
import { gatedStorage } from '../storage/gated-storage.ts'
import { UnknownRecords } from '../../../client/src/engine/unknown-records.ts'
import { memoryStorage } from '../../../client/src/storage/node.ts'
import { unzipped, withManifest, zipped } from '../../../client/src/test/export/zip-kit.ts'
import { seededRandom } from '../../../client/src/test/local-store-kit.ts'
import { bringBack, downloadOf, shownBy } from '../test/download-kit.ts'
import {
  addNote,
  appWith,
  editBody,
  expectSame,
  failedOf,
  liveOf,
  meet,
  rowOf,
  save,
  setTitle,
  visit,
  withText,
  worldOf,
} from '../test/history-kit.ts'
import { type Device, HubWorld } from '../test/hub-world.ts'

const app = appWith()
/** The hub refuses what begins with 'bad', which the devices do not know. */
const strict = appWith(string().check((title) => (title.startsWith('bad') ? 'No.' : null)))

/** Days of some devices: writes of every kind, refusals, conflicts, now and then a sync. @returns how often a visit was counted */
async function live(devices: readonly Device[], space: SpaceId, seed: number, steps: number): Promise<number> {
  let visits = 0
  const random = seededRandom(seed)
  const upTo = (n: number): number => (random(1)[0] ?? 0) % n
  for (let step = 0; step < steps; step++) {
    const device = devices[upTo(devices.length)]
    if (device === undefined) continue
    const ids = device.store.state.database.prepare('SELECT id FROM notes WHERE "$deleted" = 0 ORDER BY id').all()
    const id = ids[upTo(Math.max(1, ids.length))]?.['id'] as RecordId | undefined
    const one = (type: Parameters<typeof save>[3], values: Parameters<typeof save>[4]): unknown =>
      id && save(device, space, id, type, values)
    const acts: readonly (() => unknown)[] = [
      () => {
        addNote(device, space, `Note ${step}`)
        device.store.seal(space)
      },
      () => one('set', { values: { title: `Title ${step}` } }),
      () => one('set', { values: { title: `bad ${step}` } }),
      () => {
        if (id === undefined) return
        // Alone in its change, so that nothing refuses it.
        device.store.seal(space)
        visit(device, space, id)
        device.store.seal(space)
        visits += 1
      },
      () =>
        one('edit', {
          field: 'body',
          from: String(id && rowOf(device, id)['body']),
          to: `${String(id && rowOf(device, id)['body'])} ${step}`,
        }),
      () => one('addTo', { field: 'tags', element: `t${upTo(4)}` }),
      () => one('removeFrom', { field: 'tags', element: `t${upTo(4)}` }),
      () => one('set', { values: { quality: ['poor', 'fair', 'good'][upTo(3)] ?? 'poor' } }),
      () => (upTo(3) === 0 ? one('delete', {}) : null),
      () => device.sync(),
      () => {
        const failed = liveOf(device).find(({ status }) => status === 'failed')
        if (failed === undefined) return
        if (upTo(2) === 0) device.store.retry(failed.seq)
        else device.store.discard(failed.seq)
      },
    ]
    await acts[upTo(acts.length)]?.()
  }
  return visits
}

/** Everyone gives up what was refused, and has everything else. */
async function settle(...devices: readonly Device[]): Promise<void> {
  await meet(...devices)
  for (const device of devices) {
    let failed = liveOf(device).find(({ status }) => status === 'failed')
    for (; failed !== undefined; failed = liveOf(device).find(({ status }) => status === 'failed')) device.store.discard(failed.seq)
  }
  await meet(...devices)
}

const titlesOn = ({ store }: Device): unknown[] =>
  store.state.database
    .prepare('SELECT title FROM notes WHERE "$deleted" = 0 ORDER BY title')
    .all()
    .map((row) => row['title'])

const visitsOn = ({ store }: Device): number =>
  Number(store.state.database.prepare('SELECT total(visits) AS visits FROM notes').get()?.['visits'])

test('[E1] [P7] what a download brings back to a device that is connected is sent at once', async () => {
  const world = await worldOf(app)
  const [gone, here] = [await world.device(), await world.device()]
  const space = gone.newSpace()
  const record = addNote(gone, space, 'Heron')
  await meet(gone, here)
  setTitle(gone, space, record, 'Grey heron')
  gone.store.seal(space)
  const zip = await downloadOf(gone)
  here.runner.start()
  await world.time.pass(60_000)
  expect(await bringBack(here, zip)).toMatchObject({ changes: 1 })
  await world.time.pass(10_000)
  expect(liveOf(here).filter(({ status }) => status === 'queued')).toEqual([])
  await here.runner.stop()
  const fresh = await world.device()
  await meet(fresh)
  expect(rowOf(fresh, record)).toMatchObject({ title: 'Grey heron' })
})

test('[E3] [E4] [M3] a download that is brought back into an empty store shows what the store showed, and merges with it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const world = await worldOf(app, strict)
      const [a, b] = [await world.device(), await world.device()]
      withText(a, b)
      const space = a.newSpace()
      addNote(a, space, 'Heron')
      await meet(a, b)
      const before = await live([a, b], space, seed, 30)
      const zip = await downloadOf(a)
      const copy = await world.device()
      await bringBack(copy, zip)
      withText(copy)
      expect(shownBy(copy)).toEqual(shownBy(a))
      expect(copy.store.state.replica).not.toBe(a.store.state.replica)
      const after = await live([a, b, copy], space, seed + 1, 15)
      await settle(a, b, copy)
      expectSame(a, b, copy)
      expect(visitsOn(a)).toBe(before + after)
    }),
    { numRuns: 25 },
  )
}, 60_000)

test('[E3] [E4] a device that is destroyed after a download lives on in another one of its person, which goes on writing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const world = await worldOf(app, strict)
      const [a, b, c] = [await world.device(), await world.device(), await world.device()]
      withText(a, b, c)
      const space = a.newSpace()
      addNote(a, space, 'Heron')
      await meet(a, b)
      const before = await live([a, b], space, seed, 30)
      await bringBack(b, await downloadOf(a))
      const after = await live([b], space, seed + 1, 10)
      await settle(b, c)
      expectSame(b, c)
      expect(visitsOn(c)).toBe(before + after)
    }),
    { numRuns: 25 },
  )
}, 60_000)

/** A device that has nothing yet, and no way to the hub. */
async function newDevice(world: HubWorld): Promise<Device> {
  const device = await world.device()
  device.line.isSocketAllowed = false
  device.line.through = () => Promise.resolve({ type: 'network' })
  return device
}

const connect = (device: Device): void => {
  device.line.isSocketAllowed = true
  device.line.through = (exchange) => exchange()
}

test('[E6] [P6] a hub that lost everything is filled again by a device that has nothing but a download', async () => {
  const world = await worldOf(app)
  const a = await world.device()
  withText(a)
  const space = a.newSpace()
  const record = addNote(a, space, 'Heron')
  visit(a, space, record)
  await meet(a)
  editBody(a, space, record, '', 'by the pond')
  visit(a, space, record)
  await meet(a)
  addNote(a, space, 'Egret')
  const zip = await downloadOf(a)
  const shown = rowOf(a, record)
  await world.hub.close()
  await world.open(':memory:', 'another-epoch')
  const [copy, other] = [await newDevice(world), await world.device()]
  expect(await bringBack(copy, zip)).toEqual({ spaces: 1, records: 2, changes: 1, known: 0 })
  expect(rowOf(copy, record)).toMatchObject({ title: 'Heron', body: 'by the pond', visits: 2, $state: 'synced' })
  connect(copy)
  await meet(copy, other)
  for (const device of [copy, other]) {
    expect(rowOf(device, record)).toMatchObject({ title: shown['title'], body: 'by the pond', visits: 2, $state: 'synced' })
    expect(titlesOn(device)).toEqual(['Egret', 'Heron'])
  }
})

test('[E6] [P6] a device that has met the hub without its history sends what a download retained, with the receipts', async () => {
  const world = await worldOf(app)
  const a = await world.device()
  const space = a.newSpace()
  const record = addNote(a, space, 'Heron')
  visit(a, space, record)
  await meet(a)
  const zip = await downloadOf(a)
  await world.hub.close()
  await world.open(':memory:', 'another-epoch')
  const [b, other] = [await world.device(), await world.device()]
  const own = b.newSpace()
  addNote(b, own, 'Tern')
  await meet(b)
  await bringBack(b, zip)
  expect(rowOf(b, record)).toMatchObject({ title: 'Heron', visits: 1, $state: 'pending' })
  await meet(b, other)
  for (const device of [b, other]) {
    expect(rowOf(device, record)).toMatchObject({ title: 'Heron', visits: 1, $state: 'synced' })
    expect(titlesOn(device)).toEqual(['Heron', 'Tern'])
  }
})

test.each(['destroyed', 'alive'] as const)(
  '[E3] [E4] [P7] unsent work of a device that is %s, brought back on one that has the project: nothing is lost, nothing is doubled',
  async (fate) => {
    const world = await worldOf(app, strict)
    const [a, b, c] = [await world.device(), await world.device(), await world.device()]
    withText(a, b, c)
    const space = a.newSpace()
    const record = addNote(a, space, 'Heron')
    editBody(a, space, record, '', 'by the pond')
    await meet(a, b, c)
    setTitle(a, space, record, 'bad one')
    await meet(a)
    visit(a, space, record)
    editBody(a, space, record, 'by the pond', 'by the little pond')
    addNote(a, space, 'Nest')
    const zip = await downloadOf(a)
    visit(b, space, record)
    editBody(b, space, record, 'by the pond', 'by the pond at dusk')
    const before = shownBy(b)
    expect(await bringBack(b, zip)).toEqual({ spaces: 0, records: 0, changes: 3, known: 0 })
    expect(rowOf(b, record)).toMatchObject({ title: 'Heron', body: 'by the little pond at dusk', visits: 2 })
    expect(failedOf(b, record)).toEqual({ title: { value: 'bad one', code: 'value.invalid', message: 'No.' } })
    expect(shownBy(b).outbox).toEqual(expect.arrayContaining([...before.outbox]))
    expect(await bringBack(b, zip)).toEqual({ spaces: 0, records: 0, changes: 0, known: 4 })
    if (fate === 'alive') await meet(a)
    await meet(b, c)
    if (fate === 'alive') await settle(a, b, c)
    for (const device of fate === 'alive' ? [a, b, c] : [b, c])
      expect(rowOf(device, record)).toMatchObject({ title: 'Heron', body: 'by the little pond at dusk', visits: 2 })
    expect(titlesOn(c)).toEqual(['Heron', 'Nest'])
  },
)

test('[E3] what its author discarded after the download does not come back on that device', async () => {
  const world = await worldOf(app)
  const a = await world.device()
  const space = a.newSpace()
  addNote(a, space, 'Heron')
  await meet(a)
  const record = addNote(a, space, 'Nonsense')
  const zip = await downloadOf(a)
  a.store.discard(liveOf(a).at(-1)?.seq ?? 0)
  expect(await bringBack(a, zip)).toMatchObject({ changes: 0 })
  expect(rowOf(a, record)).toEqual({})
})

test('[E1] [E4] a device that goes on after its download and a copy that goes on from it never clash', async () => {
  const world = await worldOf(app)
  const a = await world.device()
  const space = a.newSpace()
  const record = addNote(a, space, 'Heron')
  // The download seals the change: what is typed later is another one, or the copy would send other content under its intent.
  const zip = await downloadOf(a)
  setTitle(a, space, record, 'Grey heron')
  const copy = await world.device()
  await bringBack(copy, zip)
  visit(copy, space, record)
  visit(a, space, record)
  await meet(copy, a, copy)
  expectSame(a, copy)
  expect(rowOf(a, record)).toMatchObject({ title: 'Grey heron', visits: 2, $state: 'synced' })
  expect([...liveOf(a), ...liveOf(copy)]).toEqual([])
})

test('[E5] [M7] a download of an older app comes back as a store of it does when it is opened', async () => {
  const v1 = schema({
    version: 1,
    collections: { notes: collection({ title: string(), body: text() }), photos: collection({ at: string() }) },
  })
  const v2 = schema({
    version: 2,
    collections: { notes: collection({ heading: string(), body: text() }) },
    upgrades: { 1: renameField('notes', 'title', 'heading') },
  })
  const world = await new HubWorld(v1).open()
  const database = await memoryStorage().open('device')
  const a = await world.device(database)
  withText(a)
  const [space, record] = [a.newSpace(), a.newId()]
  save(a, space, record, 'add', { values: { title: 'Heron' } })
  a.store.write({ space, steps: [{ type: 'add', collection: 'photos', record: a.newId(), values: { at: 'dawn' } }] })
  await meet(a)
  save(a, space, record, 'set', { values: { title: 'Egret' } })
  await meet(a)
  save(a, space, record, 'set', { values: { title: 'Tern' } })
  editBody(a, space, record, '', 'by the pond')
  const zip = await downloadOf(a)
  world.schema = v2
  const [opened, copy] = [await world.device(database), await world.device()]
  await bringBack(copy, zip)
  expect(shownBy(copy)).toEqual(shownBy(opened))
  expect(rowOf(copy, record)).toMatchObject({ heading: 'Tern', body: 'by the pond', $state: 'pending' })
  const photos = (of: Device): unknown[] => new UnknownRecords(of.store.state.database).take('photos', 9)
  const kept = photos(copy)
  expect(kept).toEqual(photos(opened))
  expect(kept).toHaveLength(1)
})

test('[E5] a download whose records contradict each other is refused, and nothing of it stays', async () => {
  const world = await worldOf(app)
  const a = await world.device()
  const space = a.newSpace()
  const record = addNote(a, space, 'Heron')
  await meet(a)
  addNote(a, space, 'Unsent')
  const files = await unzipped(await downloadOf(a))
  const notes = files.get('records/notes.ndjson') ?? ''
  const twice = notes + notes.split('\n').find((line) => line.includes(record)) + '\n'
  const copy = await world.device()
  const before = shownBy(copy)
  await expect(bringBack(copy, await zipped(withManifest(new Map(files).set('records/notes.ndjson', twice))))).rejects.toMatchObject({
    code: 'import.damaged',
  })
  expect(shownBy(copy)).toEqual(before)
  expect(copy.store.state.spaces.all()).toEqual([])
  expect(copy.store.state).toMatchObject({ account: '', epoch: null })
})

test.each(['storage.io', 'storage.full'] as const)(
  '[E5] wherever the device fails (%s) while a download is brought back, nothing has changed, and it comes back the next time',
  async (code) => {
    const world = await worldOf(app, strict)
    const a = await world.device()
    withText(a)
    const space = a.newSpace()
    const record = addNote(a, space, 'Heron')
    await meet(a)
    setTitle(a, space, record, 'bad one')
    await meet(a)
    editBody(a, space, record, '', 'by the pond')
    const zip = await downloadOf(a)
    let hasStruck = true
    let refusals = 0
    for (let at = 1; hasStruck; at += 4) {
      let operations = Number.NEGATIVE_INFINITY
      const gate = {
        before: ({ kind }: Operation) => {
          operations += 1
          // A full device can be read, and stays full.
          const fails = code === 'storage.full' ? operations >= at && kind !== 'read' : operations === at
          if (fails) throw new StorageError(code, new Error('planned'))
        },
        after: () => {},
      }
      const copy = await world.device(await gatedStorage(memoryStorage(), gate).open('device'))
      const before = shownBy(copy)
      operations = 0
      const outcome = await bringBack(copy, zip).then(
        () => 'is back',
        (error: { readonly code?: string }) => error.code,
      )
      hasStruck = operations >= at
      operations = Number.NEGATIVE_INFINITY
      // A store that runs full may find room of its own and go on.
      expect(hasStruck ? [code, 'is back'] : ['is back']).toContain(outcome)
      expect(shownBy(copy)).toEqual(outcome === 'is back' ? shownBy(a) : before)
      refusals += outcome === 'is back' ? 0 : 1
      await bringBack(copy, zip)
      expect(shownBy(copy)).toEqual(shownBy(a))
    }
    expect(refusals).toBeGreaterThan(5)
  },
  60_000,
)
