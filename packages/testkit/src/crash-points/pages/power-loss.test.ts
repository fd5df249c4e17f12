/**
 * The power goes at the k-th write or flush of the shipped SQLite in WebAssembly, for every k, and takes some of what was not flushed with it:
 * what a person was told is saved is there, whole, and the database is sound.
 */
import { collection, counter, mintRecordId, mintSpaceId, schema, string, text } from '@tombolo/core'
import { expect, test } from 'vitest'
import { LocalStore } from '../../../../client/src/engine/local-store.ts'
import { loadSeldom } from '../../../../client/src/load-seldom.ts'
import { loadText, seededRandom, sha256, START_MS } from '../../../../client/src/test/local-store-kit.ts'
import { KEEPS, PowerDisk } from './power-disk.ts'
import { openOn } from './power-vfs.ts'

const app = schema({ version: 1, collections: { notes: collection({ title: string(), body: text(), visits: counter() }) } })

const random = seededRandom(1)
const [SPACE, NOTE] = [mintSpaceId(START_MS, random), mintRecordId(START_MS, random)]

const open = async (disk: PowerDisk): Promise<LocalStore> =>
  await LocalStore.open(await openOn(disk), app, {
    nowMs: () => START_MS,
    random: seededRandom(2),
    hash: sha256,
    loadText,
    loadUpgrade: loadSeldom,
  })

interface Told {
  saved: number
  refused: number
}

/** Saves that fold, seals, a change of another record, one of many, a new epoch, a log that is written into the database. */
function act(store: LocalStore, told: Told): void {
  const visit = (): void => {
    const step = { type: 'increment', collection: 'notes', record: NOTE, field: 'visits', by: 1 } as const
    expect(store.write({ space: SPACE, steps: [step] })).toMatchObject({ ok: true })
  }
  const add = (record = NOTE, title = 'Nest') => ({ type: 'add', collection: 'notes', record, values: { title } }) as const
  const deed = (work: () => void, saves = 0): void => {
    try {
      work()
      told.saved += saves
    } catch {
      told.refused += saves
    }
  }
  deed(() => expect(store.write({ space: SPACE, createsSpace: true, steps: [add()] })).toMatchObject({ ok: true }))
  for (let round = 0; round < 3; round += 1) {
    deed(visit, 1)
    deed(visit, 1)
    deed(() => store.seal(SPACE))
    const titles = Array.from({ length: 20 }, (_, index) =>
      add(mintRecordId(START_MS + 1 + round, seededRandom(100 * round + index)), 'very long '.repeat(50)),
    )
    deed(() => void store.write({ space: SPACE, steps: titles }))
    deed(() => void store.hub.nextPush(SPACE, { bytesMax: 1e6, changesMax: 10 }))
    if (round === 1) deed(() => store.hub.enterEpoch('AAAAAAAAAAAAAAAAAAAAAA'))
    if (round === 1) deed(() => void store.state.database.prepare('PRAGMA wal_checkpoint(truncate)').values())
    deed(() => store.hub.startNewChain())
  }
}

async function run(offAt: number): Promise<{ readonly disk: PowerDisk; readonly told: Told }> {
  const disk = new PowerDisk(offAt)
  const told = { saved: 0, refused: 0 }
  const store = await open(disk).catch(() => null)
  if (store !== null) act(store, told)
  return { disk, told }
}

/** What a device that starts on this disk has. */
async function visitsOn(files: ReadonlyMap<string, Uint8Array>): Promise<number> {
  const store = await open(new PowerDisk(0, files))
  const { database } = store.state
  expect(database.prepare('PRAGMA integrity_check').values()).toEqual([['ok']])
  const queued = [...store.state.changes.live].flatMap(({ seq }) => store.state.changes.content(seq).operations)
  const counted = queued.flatMap(({ fields }) => fields).reduce((sum, field) => sum + (field.kind === 'increment' ? field.by : 0), 0)
  const visits = Number(database.prepare('SELECT visits FROM notes WHERE id = ?').get(NOTE)?.['visits'] ?? 0)
  // The screen shows what waits to be sent, no more and no less.
  expect(visits).toBe(counted)
  database.close()
  return visits
}

/** In `npm test` every so manieth operation; all of them with `npm run crash-points -- --all`. */
const STEP = process.env['TOMBOLO_CRASH_POINTS'] === 'all' ? 1 : 23

test('[P1] the power goes at any write or flush, and whatever is kept of what was not flushed: what was told saved is there, once', async () => {
  const { disk: whole, told: all } = await run(0)
  expect(all).toEqual({ saved: 6, refused: 0 })
  expect(whole.operations).toBeGreaterThan(100)
  for (let offAt = 1; offAt <= whole.operations; offAt += STEP) {
    const { disk, told } = await run(offAt)
    for (const [kept, keep] of Object.entries(KEEPS)) {
      const visits = await visitsOn(disk.afterLoss(keep))
      const isThere = visits >= told.saved && visits <= told.saved + 1
      expect({ offAt, kept, visits, isThere }).toEqual({ offAt, kept, visits, isThere: true })
    }
  }
}, 600_000)
