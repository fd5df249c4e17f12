/**
 * The leading of two tabs ends, or its disk fails, at any operation while both save: what was told is there, once, and the tab that is left
 * has an answer to each of its saves. Where the browser refuses files there is the mirror.
 */
import { mintRecordId, mintSpaceId, type RecordId } from '@tombolo/core'
import { expect, test } from 'vitest'
import type { Query, Row } from '../../../client/src/engine/port.ts'
import { StorageError } from '../../../client/src/storage/port.ts'
import { seededRandom, START_MS } from '../../../client/src/test/local-store-kit.ts'
import { app } from '../../../client/src/test/tabs/lab/schema.ts'
import { type TestTab, World } from '../../../client/src/test/tabs/world.ts'
import { type Failures, type ProcessGate, type StorageFault, StorageFaults } from '../storage/faults.ts'
import { gatedStorage } from '../storage/gated-storage.ts'
import { watchUncaught } from './uncaught.ts'

const random = seededRandom(1)
const space = mintSpaceId(START_MS, random)
/** A note that counts how often a save was carried out. */
const tally = mintRecordId(START_MS, random)
const notes: Query = { collection: 'notes', space, where: [], orderBy: [], limit: null, offset: 0, search: null }

const FAILURES: Failures = {
  io: () => new StorageError('storage.io', new Error('the disk fails')),
  full: () => new StorageError('storage.full', new Error('the disk is full')),
}

type Fate = 'unknown' | 'saved' | 'refused'

/** A tab's page, and what it was told of each save. */
class Page {
  readonly at: TestTab
  readonly fates = new Map<RecordId, Fate>()
  readonly #isAlive: () => boolean

  constructor(world: World) {
    this.at = world.open()
    this.#isAlive = () => world.live.has(this.at)
  }

  async save(record: RecordId): Promise<void> {
    this.fates.set(record, 'unknown')
    const count = { type: 'increment', collection: 'notes', record: tally, field: 'visits', by: 1 } as const
    const add = { type: 'add', collection: 'notes', record, values: { title: 'Heron' } } as const
    const steps = record === tally ? [add] : [add, count]
    const answer = await this.at.tab.relay.write({ type: 'write', operationId: '', space, createsSpace: true, steps }).catch(() => null)
    // A page that is gone learns nothing.
    if (this.#isAlive()) this.fates.set(record, answer?.ok === true ? 'saved' : 'refused')
  }

  get waits(): boolean {
    return [...this.fates.values()].includes('unknown')
  }
}

interface Told {
  readonly operations: number
  readonly wrong: readonly string[]
}

async function story(disk: 'disk' | 'memory', at: number, fault: StorageFault): Promise<Told> {
  const faults = new StorageFaults({ at, fault }, FAILURES)
  const gateOf = (tab: TestTab): ProcessGate => faults.gateOf(() => world.crash(tab))
  const world = new World({ schema: app, chance: () => 0, disk, before: (storage, tab) => gatedStorage(storage, gateOf(tab)) })
  const stopWatching = watchUncaught((error) => world.faults.push(String(error)))
  try {
    return await told(world, faults)
  } finally {
    stopWatching()
  }
}

async function told(world: World, faults: StorageFaults): Promise<Told> {
  const [leader, follower] = [new Page(world), new Page(world)]
  await world.until(() => leader.at.tab.role === 'leader' && follower.at.tab.role === 'follower')
  await world.result(leader.save(tally))
  faults.arm()
  const ids = Array.from({ length: 4 }, (_, index) => mintRecordId(START_MS + 1 + index, random))
  for (const [index, id] of ids.entries()) void (index % 2 === 0 ? follower : leader).save(id)
  const alive = (): readonly Page[] => [leader, follower].filter((page) => world.live.has(page.at))
  await world.until(() => alive().every((page) => !page.waits))
  const { length: operations } = faults.operations
  faults.heal()
  const last = mintRecordId(START_MS + 9, random)
  // A disk that fails until it is opened again was opened again by now, or is by the first who hears of it.
  for (let tries = 0; tries < 3 && follower.fates.get(last) !== 'saved'; tries += 1) {
    await world.pass(20_000)
    await world.result(follower.save(last))
  }
  const answer = await world.result(follower.at.tab.relay.read({ type: 'query', query: notes }))
  const rows = answer.type === 'rows' ? answer.rows : []
  return { operations, wrong: [...world.faults.filter((fault) => !fault.startsWith('StorageError')), ...wrongIn(rows, [leader, follower])] }
}

function wrongIn(rows: readonly Row[], pages: readonly Page[]): readonly string[] {
  const there = new Set(rows.map(({ id }) => id))
  const fates = pages.flatMap((page) => [...page.fates])
  const visits = Number(rows.find(({ id }) => id === tally)?.['visits'])
  return [
    ...fates.filter(([id, fate]) => fate !== 'unknown' && there.has(id) !== (fate === 'saved')).map(([id, fate]) => `${id} was ${fate}`),
    ...(visits === rows.length - 1 ? [] : [`${visits} visits of ${rows.length} notes`]),
  ]
}

/** In `npm test` every so manieth point; all of them with `npm run crash-points -- --all`. */
const STEP = process.env['TOMBOLO_CRASH_POINTS'] === 'all' ? 1 : 5

test.each([
  ['disk', ['dies before', 'dies after', 'fails once', 'fails five times', 'fails until reopened', 'is full']],
  ['memory', ['dies before', 'dies after']],
] as const)(
  '[P1] [P3] with the database in %s, the leading tab meets a fault at any operation while another saves: each save is there once, or refused',
  async (disk, kinds) => {
    const clean = await story(disk, 0, 'fails once')
    expect(clean).toEqual({ operations: expect.any(Number) as number, wrong: [] })
    expect(clean.operations).toBeGreaterThan(20)
    const points = Array.from({ length: clean.operations }, (_, index) => kinds.map((fault) => ({ at: index + 1, fault }))).flat()
    for (const { at, fault } of points.filter((_, index) => index % STEP === 0)) {
      const { wrong } = await story(disk, at, fault)
      expect({ at, fault, wrong }).toEqual({ at, fault, wrong: [] })
    }
  },
  600_000,
)
