/** A device in a process of its own: it queues changes without a network, sends them, waits for those of others, and tells when it saw them. */
import { mintRecordId, type RecordId, type SpaceId } from '@tombolo/core'
import { act } from '../harness/actor.ts'
import { nowMicros } from '../harness/measure.ts'
import { noteOf, siteOf } from '../notes.ts'
import { random } from '../ours/built.ts'
import { type Device, openDevice } from '../ours/device.ts'
import { Sightings } from './sightings.ts'

let device: Device | null = null
const sightings = new Sightings()

const opened = (): Device => {
  if (device === null) throw new Error('the device is not open')
  return device
}

act({
  open: async ({ directory, hub }: { directory: string; hub: string }) => {
    device = await openDevice(directory, hub)
  },
  createSpace: async () => (await opened().page.createSpace('Reeds')).id,
  /** As after days in the field: `count` changes, each of one new note, in one transaction of the disk. */
  queue: async ({ space, count, start }: { space: SpaceId; count: number; start: number }) => {
    const { store, sync } = opened()
    await sync?.stop()
    store.state.transact(() => {
      for (let number = start; number < start + count; number++) writeNote(space, number)
      store.seal(space)
    })
  },
  goOnline: () => opened().sync?.start(),
  /** Until nothing waits here, and the space is read up to `version`. */
  reach: ({ space, version }: { space: SpaceId; version: number }) => reached(space, version),
  watch: async (space: SpaceId) => {
    opened()
      .page.db.notes.in(space)
      .where({ site: siteOf(0) })
      .orderBy('at', 'desc')
      .limit(100)
      .watch(([newest]) => {
        if (newest !== undefined) sightings.saw(numberOf(newest.title))
      })
  },
  /** When this note was first on the screen. */
  see: (number: number) => sightings.of(number),
  /** Sealed with the save, as a form is. @returns when it began */
  write: async ({ space, number }: { space: SpaceId; number: number }) => {
    const { page } = opened()
    const startedAt = nowMicros()
    await page.writeIn(space, (w) => w.notes.add({ ...noteOf(number), site: siteOf(0) }), { intent: `form ${number}` })
    return startedAt
  },
  stop: () => opened().page.close(),
})

function writeNote(space: SpaceId, number: number): void {
  const { store } = opened()
  const { values, record } = { values: { ...noteOf(number) }, record: newRecordId() }
  const written = store.write({ space, steps: [{ type: 'add', collection: 'notes', record, values }] })
  if (!written.ok) throw new Error(written.error.message)
}

function reached(space: SpaceId, version: number): Promise<void> {
  const { store } = opened()
  const isThere = (): boolean => store.state.changes.unsentRecords === 0 && (store.state.spaces.find(space)?.version ?? -1) >= version
  if (isThere()) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = store.onCommit(() => {
      if (!isThere()) return
      stop()
      resolve()
    })
  })
}

/** 7 for 'Note 7' */
const numberOf = (title: string): number => Number(title.slice('Note '.length))

const newRecordId = (): RecordId => mintRecordId(Date.now(), random)
