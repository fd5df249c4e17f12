/** What a hub forgets by itself, as devices meet it. */
import { type Page, type PullRequest, type RecordId, type RecordPart, stampAt, type Verdict } from '@tombolo/core'
import { describe, expect, it } from 'vitest'
import { receiptsWith } from '../crypto/proofs.ts'
import { openSqlite } from '../sqlite/index.ts'
import { type Bench, type BenchOptions, good, openBench } from '../test/bench-hub.ts'
import { temporaryDatabase } from '../test/database.ts'
import { type Device, notes, setTitle } from '../test/device.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Pushes what stands in the chain from `start` on. */
const push = async (bench: Bench, device: Device, start = 0): Promise<readonly Verdict[]> =>
  good(await bench.push(device.push(start))).verdicts

/** One change that deletes these notes, over all that this device wrote. */
function deleteNotes(device: Device, ...records: readonly RecordId[]): void {
  const seen = device.written.map(({ name }) => name).sort()
  device.write(device.content(records.map((record) => ({ ...notes(record, [], seen), life: 'deleted' }))))
}

interface Scene {
  readonly bench: Bench
  readonly device: Device
  readonly gone: RecordId
  readonly there: RecordId
  /** A cursor from before the deletion, and one from behind it. */
  readonly before: string
  readonly behind: string
}

/** Of two notes one was deleted 182 days ago, the other one was written today. */
async function scene(options: BenchOptions = {}): Promise<Scene> {
  const bench = await openBench(options)
  const device = bench.device()
  const [gone, there] = [device.record(), device.record()]
  device.note([setTitle('one')], gone)
  device.note([setTitle('other')], there)
  await push(bench, device)
  const { cursor: before } = good(await bench.pull(device.pull()))
  deleteNotes(device, gone)
  await push(bench, device, 2)
  const { cursor: behind } = good(await bench.pull(device.pull()))
  bench.clock.now += 182 * DAY_MS
  device.note([setTitle('another')], there)
  await push(bench, device, 3)
  return { bench, device, gone, there, before, behind }
}

async function pullAll(
  bench: Bench,
  device: Device,
  over: Partial<PullRequest> = {},
  between: () => Promise<unknown> = async () => null,
): Promise<readonly Page[]> {
  const pages: Page[] = [good(await bench.pull(device.pull(over)))]
  for (let last = pages[0]; last?.more === true; last = pages.at(-1)) {
    await between()
    pages.push(good(await bench.pull(device.pull({ ...over, cursor: last.cursor }))))
  }
  return pages
}

const partsOf = (pages: readonly Page[]): readonly RecordPart[] =>
  pages.flatMap(({ body }) => (body.type === 'records' ? body.records : []))

describe('a record that was deleted long ago', () => {
  it('[Q4] is forgotten; one that is there stays', async () => {
    const { bench, device, gone, there } = await scene()
    const records = async (): Promise<readonly string[]> => partsOf(await pullAll(bench, device, { accept: 'records' })).map(({ id }) => id)
    expect(await records()).toEqual([gone, there])
    await bench.hub.maintain()
    expect(await records()).toEqual([there])
  })

  it('[Q4] stays gone: a change to it is record.gone, whatever else it writes, and also with a receipt', async () => {
    const { bench, device, gone, there } = await scene()
    await bench.hub.maintain()
    const late = bench.device(device.space)
    late.note([setTitle('late')], gone)
    late.write(late.content([notes(gone, [setTitle('late')]), notes(there, [setTitle('late')])]))
    const { change, contentHash } = late.note([setTitle('applied once')], gone)
    const subject = { space: device.space, intent: change.content.intent, contentHash, account: 'ann' }
    const times = { effectiveStamp: stampAt(1), hubStamp: stampAt(1), unverified: false }
    const receipt = receiptsWith(new Uint8Array(32).fill(7)).sign(subject, times)
    const request = late.push()
    const changes = request.changes.map((one) => (one === change ? { ...one, receipt } : one))
    const { verdicts } = good(await bench.push({ ...request, changes }))
    expect(verdicts.map((verdict) => verdict.type === 'rejected' && verdict.code)).toEqual(Array(3).fill('record.gone'))
    expect(good(await bench.push({ ...request, changes })).verdicts).toEqual(verdicts)
  })

  it('[P3] what was applied to it keeps its verdict', async () => {
    const { bench, device } = await scene()
    await bench.hub.maintain()
    expect((await push(bench, device)).map(({ type }) => type)).toEqual(Array(4).fill('applied'))
  })

  it('[Q4] is gone from the horizon on, though maintenance has not come to remove it', async () => {
    const bench = await openBench()
    const device = bench.device()
    const records = Array.from({ length: 3 }, () => device.record())
    device.write(device.content(records.map((record) => notes(record, [setTitle('one')]))))
    deleteNotes(device, ...records)
    await push(bench, device)
    await bench.storage.forget(device.space, { log: 2, deleted: 2, sealed: 0, headsBeforeMs: 0 }, 2, () => 0)
    expect(partsOf(await pullAll(bench, device)).length).toBeGreaterThan(0)
    for (const record of records) device.note([setTitle('late')], record)
    expect((await push(bench, device, 2)).map(({ type }) => type)).toEqual(Array(3).fill('rejected'))
  })

  it('[Q4] is kept as long as a backup that may be restored holds it alive', async () => {
    let durable = 2
    const backups = { durableThrough: () => durable }
    const { bench, device, gone } = await scene({ backups })
    await bench.hub.maintain()
    expect(partsOf(await pullAll(bench, device, { accept: 'records' })).map(({ id }) => id)).toContain(gone)
    durable = 3
    await bench.hub.maintain()
    expect(partsOf(await pullAll(bench, device, { accept: 'records' })).map(({ id }) => id)).not.toContain(gone)
  })

  it('[Q4] stays as long as the operator says', async () => {
    const { bench, device, gone } = await scene({ retention: { deletedDays: 365 } })
    await bench.hub.maintain()
    expect(partsOf(await pullAll(bench, device, { accept: 'records' })).map(({ id }) => id)).toContain(gone)
  })
})

describe('a reader', () => {
  it('[Q4] whose cursor is behind the horizon is told cursor.expired; one at it, or after it, goes on', async () => {
    const { bench, device, before, behind } = await scene()
    await bench.hub.maintain()
    expect(await bench.pull(device.pull({ cursor: before }))).toMatchObject({ code: 'cursor.expired', status: 410 })
    const page = good(await bench.pull(device.pull({ cursor: behind })))
    expect(page).toMatchObject({ more: false, horizon: 3, body: { type: 'log', entries: [{ version: 4 }] } })
    expect(await bench.storage.epoch()).toBe('first-epoch')
  })

  it('[Q4] may push with such a cursor', async () => {
    const { bench, device, before } = await scene()
    await bench.hub.maintain()
    device.cursor = before
    device.note([setTitle('more')])
    expect(good(await bench.push(device.push(4)))).toMatchObject({ verdicts: [{ type: 'applied' }], cursor: null })
  })

  it('[Q4] who began at nothing goes on, and is told the horizon at the end: what it has staged may be forgotten meanwhile', async () => {
    const { bench, device, gone, there } = await scene()
    const pages = await pullAll(bench, device, { accept: 'records', bytesMax: 1 }, () => bench.hub.maintain())
    expect(pages.map(({ more, horizon }) => [more, horizon])).toEqual([
      [true, undefined],
      [false, 3],
    ])
    expect(partsOf(pages).map(({ id }) => id)).toEqual([gone, there])
    expect(pages.every(({ body }) => body.type === 'records' && body.whole)).toBe(true)
  })

  it('[Q3] who began at nothing goes on from before the horizon, where there are no tags any more', async () => {
    const bench = await openBench()
    const device = bench.device()
    for (const start of [0, 1, 2]) {
      device.note([setTitle('one')])
      await push(bench, device, start)
    }
    const pages = await pullAll(bench, device, { accept: 'records', bytesMax: 1 }, async () => {
      bench.clock.now += 182 * DAY_MS
      await bench.hub.maintain()
    })
    expect(partsOf(pages)).toHaveLength(3)
    expect(pages.at(-1)).toMatchObject({ more: false, horizon: 3 })
    expect(await bench.storage.epoch()).toBe('first-epoch')
  })

  it('[Q4] who was in the middle of what changed since is told cursor.expired', async () => {
    const { bench, device, before } = await scene()
    const first = good(await bench.pull(device.pull({ cursor: before, accept: 'records', bytesMax: 1 })))
    expect(first.more).toBe(true)
    await bench.hub.maintain()
    expect(await bench.pull(device.pull({ cursor: first.cursor, accept: 'records' }))).toMatchObject({ code: 'cursor.expired' })
  })

  it('[Q2] behind a log that was forgotten gets records', async () => {
    const bench = await openBench()
    const device = bench.device()
    device.note([setTitle('one')])
    await push(bench, device)
    const { cursor } = good(await bench.pull(device.pull()))
    device.note([setTitle('two')])
    await push(bench, device, 1)
    bench.clock.now += 32 * DAY_MS
    await bench.hub.maintain()
    expect(good(await bench.pull(device.pull({ cursor })))).toMatchObject({ body: { type: 'records', whole: false }, more: false })
  })
})

describe('maintenance', () => {
  it('[Q4] comes by itself, again and again, until the hub closes', async () => {
    const waiting: { run: () => void; delayMs: number }[] = []
    const timers = {
      set: (run: () => void, delayMs: number) => {
        const timer = { run, delayMs }
        waiting.push(timer)
        return timer
      },
      clear: (timer: unknown) => void waiting.splice(waiting.indexOf(timer as (typeof waiting)[number]), 1),
    }
    const { bench, device, there } = await scene({ timers })
    for (const round of [1, 2]) {
      const [next] = waiting.splice(0)
      expect(next?.delayMs, `round ${round}`).toBeGreaterThan(0)
      next?.run()
      await bench.hub.maintain()
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(partsOf(await pullAll(bench, device, { accept: 'records' })).map(({ id }) => id)).toEqual([there])
    await bench.hub.close()
    expect(waiting).toEqual([])
  })

  it('[Q4] lets requests go first between its slices', async () => {
    const bench = await openBench()
    const devices = [bench.device(), bench.device(), bench.device()]
    for (const device of devices) {
      device.note([setTitle('one')])
      await push(bench, device)
    }
    const [device = bench.device()] = devices
    const order: string[] = []
    const pass = bench.hub.maintain().then(() => order.push('maintenance'))
    device.note([setTitle('meanwhile')])
    await push(bench, device, 1).then(() => order.push('push'))
    await pass
    expect(order).toEqual(['push', 'maintenance'])
  })

  it('[Q4] that the storage refuses says so, and the hub goes on', async () => {
    const storage = openSqlite({ path: temporaryDatabase(), mintEpoch: () => 'an-epoch' })
    const bench = await openBench({ storage: Object.assign(storage, { spacesAfter: () => Promise.reject(new Error('no')) }) })
    await expect(bench.hub.maintain()).rejects.toThrow('no')
    const device = bench.device()
    device.note([setTitle('one')])
    expect(await push(bench, device)).toMatchObject([{ type: 'applied' }])
  })
})
