import { type Page, type PageBody, type PullRequest, type RecordPart } from '@tombolo/core'
import { describe, expect, it } from 'vitest'
import { type Bench, good, openBench } from '../test/bench-hub.ts'
import { type Device, notes, setTitle } from '../test/device.ts'

const recordsOf = (body: PageBody): readonly RecordPart[] => (body.type === 'records' ? body.records : [])
const versionsOf = (body: PageBody): readonly number[] => (body.type === 'log' ? body.entries.map(({ version }) => version) : [])

async function pullAll(
  bench: Bench,
  device: Device,
  over: Partial<PullRequest> = {},
  between: () => Promise<unknown> = async () => null,
): Promise<readonly Page[]> {
  const pages: Page[] = []
  let { cursor } = device
  for (;;) {
    const page = good(await bench.pull(device.pull({ ...over, cursor })))
    pages.push(page)
    cursor = page.cursor
    if (!page.more) return pages
    await between()
  }
}

describe('the log', () => {
  it('[Q2] comes in pages that are bounded in bytes, each whole changes, none twice', async () => {
    const bench = await openBench()
    const device = bench.device()
    for (let count = 0; count < 20; count++) {
      device.note([setTitle(`note ${count} ${'x'.repeat(300)}`)])
      good(await bench.push(device.push(count)))
    }
    const pages = await pullAll(bench, device, { bytesMax: 2000 })
    expect(pages.length).toBeGreaterThan(3)
    expect(pages.flatMap(({ body }) => versionsOf(body))).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    expect(pages.at(-1)?.head).toBe(20)
  })

  it('[Q2] a large push is cut between its changes', async () => {
    const bench = await openBench()
    const device = bench.device()
    for (let count = 0; count < 20; count++) device.note([setTitle('x'.repeat(50_000))])
    good(await bench.push(device.push()))
    const pages = await pullAll(bench, device, { bytesMax: 200_000 })
    expect(pages.length).toBeGreaterThan(4)
    expect(pages.flatMap(({ body }) => versionsOf(body))).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
  })

  it('[Q2] the verdicts of what the device waits for come with the page', async () => {
    const bench = await openBench()
    const device = bench.device()
    device.note([setTitle('one')])
    device.note([setTitle('two')])
    const answer = good(await bench.push(device.push(0, 1)))
    const page = good(await bench.pull(device.pull({ waiting: device.intents() })))
    expect(page.verdicts).toEqual(answer.verdicts)
  })

  it('[Q2] behind its floor there are records instead', async () => {
    const bench = await openBench()
    const device = bench.device()
    device.note([setTitle('one')])
    good(await bench.push(device.push()))
    const [first] = await pullAll(bench, device)
    device.note([setTitle('two')])
    device.note([setTitle('three')])
    good(await bench.push(device.push(1)))
    device.note([setTitle('four')])
    good(await bench.push(device.push(3)))
    await bench.storage.forget(device.space, { log: 3, deleted: 0, sealed: 0, headsBeforeMs: 0 }, 10, () => 0)
    const behind = good(await bench.pull(device.pull({ cursor: first?.cursor ?? null })))
    expect(recordsOf(behind.body).map(({ record }) => record?.version)).toEqual([2, 3, 4])
    expect(behind).toMatchObject({ more: false, body: { whole: false } })
    const upToDate = good(await bench.pull(device.pull({ cursor: behind.cursor })))
    expect(upToDate.body).toEqual({ type: 'log', entries: [] })
    expect(good(await bench.pull(device.pull())).body).toMatchObject({ type: 'records', whole: true })
  })
})

describe('records', () => {
  it('[Q2] come in the order of versions, with the fields changed since the base', async () => {
    const bench = await openBench()
    const device = bench.device()
    const record = device.record()
    device.note([setTitle('one'), { kind: 'increment', field: 'visits', by: 2 }], record)
    device.note([setTitle('other')])
    good(await bench.push(device.push()))
    const [first] = await pullAll(bench, device, { accept: 'records' })
    device.note([{ kind: 'increment', field: 'visits', by: 3 }], record)
    good(await bench.push(device.push(2)))
    const page = good(await bench.pull(device.pull({ cursor: first?.cursor ?? null, accept: 'records' })))
    expect(recordsOf(page.body)).toMatchObject([
      { id: record, record: { version: 3, fields: { visits: { kind: 'counter', sum: 5, version: 3 } } } },
    ])
    expect(Object.keys(recordsOf(page.body)[0]?.record?.fields ?? {})).toEqual(['visits'])
  })

  it('[Q2] tell how far the hub has the chain of the replica that asks, as of the page', async () => {
    const bench = await openBench()
    const device = bench.device()
    for (const title of ['one', 'two', 'three']) device.note([setTitle(title)])
    const sentThrough = async (over: Partial<PullRequest> = {}): Promise<unknown> =>
      good(await bench.pull(device.pull({ accept: 'records', ...over }))).body
    good(await bench.push(device.push(0, 1)))
    expect(await sentThrough()).toMatchObject({ sentThrough: 1 })
    good(await bench.push(device.push(1)))
    expect(await sentThrough()).toMatchObject({ sentThrough: 3 })
    expect(await sentThrough({ replica: bench.device().replica })).toMatchObject({ sentThrough: 0 })
  })

  it('[Q2] of one change may fill several pages, and each record comes once', async () => {
    const bench = await openBench()
    const device = bench.device()
    const records = Array.from({ length: 40 }, () => device.record())
    device.write(device.content(records.map((record) => notes(record, [setTitle('x'.repeat(200))]))))
    good(await bench.push(device.push()))
    const pages = await pullAll(bench, device, { accept: 'records', bytesMax: 2000 })
    expect(pages.length).toBeGreaterThan(5)
    expect(new Set(pages.flatMap(({ body }) => recordsOf(body).map(({ id }) => id)))).toEqual(new Set(records))
    expect(pages.flatMap(({ body }) => recordsOf(body))).toHaveLength(40)
  })

  it('[Q2] that change between the pages of one pull come again, with all that changed since its base', async () => {
    const bench = await openBench()
    const device = bench.device()
    const records = Array.from({ length: 5 }, () => device.record())
    for (const record of records) device.note([setTitle('x'.repeat(300)), { kind: 'increment', field: 'visits', by: 1 }], record)
    good(await bench.push(device.push()))
    let pushes = 0
    const pages = await pullAll(bench, device, { accept: 'records', bytesMax: 500 }, async () => {
      if (pushes++ > 0) return
      device.note([{ kind: 'increment', field: 'visits', by: 1 }], records[0])
      good(await bench.push(device.push(5)))
    })
    const last = pages.flatMap(({ body }) => recordsOf(body)).at(-1)
    expect(last).toMatchObject({ id: records[0], record: { version: 6, fields: { title: { version: 1 }, visits: { sum: 2 } } } })
    expect(pages.every(({ body }) => body.type === 'records' && body.whole)).toBe(true)
  })
})

describe('cursors', () => {
  it('[Q3] that were tampered with, or are of another space or account, are cursor.invalid', async () => {
    const bench = await openBench()
    const [device, other] = [bench.device(), bench.device()]
    for (const one of [device, other]) {
      one.note([setTitle('one')])
      good(await bench.push(one.push()))
    }
    const { cursor } = good(await bench.pull(device.pull()))
    const tampered = cursor.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
    for (const request of [device.pull({ cursor: tampered }), device.pull({ cursor: '' }), other.pull({ cursor })]) {
      expect(await bench.pull(request)).toMatchObject({ code: 'cursor.invalid', status: 409 })
    }
    expect(await bench.pull(device.pull({ cursor }), 'eve')).toMatchObject({ code: 'cursor.invalid' })
  })

  it('[Q3] of a history that the database does not have prove that it was restored: a new epoch for everybody', async () => {
    const [original, copy] = [await openBench(), await openBench()]
    const device = original.device()
    device.note([setTitle('one')])
    device.note([setTitle('two')])
    good(await original.push(device.push()))
    const { cursor } = good(await original.pull(device.pull({ epoch: 'first-epoch' })))
    const stranger = copy.device(device.space)
    for (const title of ['a', 'b', 'c']) stranger.note([setTitle(title)])
    good(await copy.push(stranger.push()))
    const answer = await copy.pull(device.pull({ epoch: 'first-epoch', cursor }))
    expect(answer).toMatchObject({ code: 'epoch', status: 409 })
    const epoch = 'epoch' in answer ? answer.epoch : null
    expect(epoch).not.toBe('first-epoch')
    expect(await copy.push(stranger.push(0, 3, { epoch: 'first-epoch' }))).toMatchObject({ code: 'epoch', epoch })
    expect(await copy.storage.epoch()).toBe(epoch)
  })

  it('[Q3] a push that comes with one proves it as well', async () => {
    const [original, copy] = [await openBench(), await openBench()]
    const device = original.device()
    device.note([setTitle('one')])
    good(await original.push(device.push()))
    const { cursor } = good(await original.pull(device.pull()))
    device.note([setTitle('two')])
    expect(await copy.push(device.push(1, 2, { cursor, epoch: 'first-epoch' }))).toMatchObject({ code: 'epoch' })
  })

  it('[Q8] a space that this account may not read is as unknown as one that is not there', async () => {
    const bench = await openBench()
    const device = bench.device()
    device.note([setTitle('one')])
    good(await bench.push(device.push()))
    const foreign = await bench.pull(device.pull(), 'eve')
    expect(foreign).toEqual(await bench.pull(bench.device().pull(), 'eve'))
    expect(foreign).toMatchObject({ code: 'space.unknown' })
  })
})
