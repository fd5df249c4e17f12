import type { FieldOperation, Page, PushAnswer, RecordOperations } from '@tombolo/core'
import BetterSqlite3 from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openSqlite } from '../sqlite/index.ts'
import { type Bench, good, openBench } from '../test/bench-hub.ts'
import { temporaryDatabase } from '../test/database.ts'
import { type Device, setTitle, type WrittenChange } from '../test/device.ts'
import { LiveEnd } from '../test/live.ts'

interface Damaged {
  readonly bench: Bench
  readonly device: Device
  readonly answer: PushAnswer
  /** Alters the hub's file behind its back. */
  readonly damage: (sql: string) => void
}

const visit: FieldOperation = { kind: 'increment', field: 'visits', by: 2 }

/** A hub that has applied two changes of one note: its title, and two visits. */
async function damaged(): Promise<Damaged> {
  const path = temporaryDatabase()
  const bench = await openBench({ storage: openSqlite({ path, mintEpoch: () => 'first-epoch' }) })
  const device = bench.device()
  const { change, name } = device.note([setTitle('Heron')])
  const record = change.content.operations[0]?.record ?? device.record()
  const [made] = change.content.operations as [RecordOperations]
  device.write(device.content([{ ...made, record, lifeOver: [name], fields: [visit] }]))
  const answer = good(await bench.push(device.push()))
  return { bench, device, answer, damage: (sql) => void new BetterSqlite3(path).exec(sql).close() }
}

/** The changes of `damaged` once more, as they are sent by their author who misses them. */
function again({ device, answer }: Damaged, over: { readonly attempt?: number; readonly withReceipt?: boolean } = {}): WrittenChange[] {
  const { attempt = 1, withReceipt = true } = over
  return device.written.slice(0, 2).map(({ change }, index) => {
    const verdict = answer.verdicts[index]
    const receipt = withReceipt && verdict?.type === 'applied' ? verdict.receipt : null
    return device.write(change.content, { attempt, receipt })
  })
}

const pushAgain = async ({ bench, device }: Damaged): Promise<PushAnswer> => good(await bench.push(device.push(2)))
const read = async ({ bench, device }: Damaged): Promise<Page> => good(await bench.pull(device.pull({ accept: 'records' })))
const applied = ({ verdicts }: PushAnswer): unknown[] =>
  verdicts.map((verdict) => (verdict.type === 'applied' ? verdict.version : verdict.code))

const NOTE = { fields: { title: { entries: [{ value: 'Heron' }] }, visits: { sum: 2 } } }

describe('a change that was applied and comes again', () => {
  it('[Q5] is merged again where the hub has lost its record, with what it counted', async () => {
    const world = await damaged()
    world.damage('DELETE FROM record')
    again(world)
    const answer = await pushAgain(world)
    expect(applied(answer)).toEqual([3, 4])
    const { body, head } = await read(world)
    expect(head).toBe(4)
    expect(body).toMatchObject({ records: [{ record: NOTE }] })
    expect(good(await world.bench.push(world.device.push(2))).verdicts).toEqual(answer.verdicts)
  })

  it('[Q5] is not merged twice by those who have it: they get the records, and no delta', async () => {
    const world = await damaged()
    const { device, bench } = world
    const reader = bench.device(device.space)
    const live = new LiveEnd(bench.hub.live)
    reader.cursor = (await live.pull(reader.pull())).cursor
    live.frames.length = 0
    world.damage('DELETE FROM record')
    again(world)
    expect(await pushAgain(world)).toMatchObject({ cursor: null })
    expect(live.heard()).toEqual(['head 4'])
    expect(good(await bench.pull(reader.pull())).body).toMatchObject({ type: 'records', records: [{ record: NOTE }] })
    expect(good(await bench.pull(bench.device(device.space).pull())).body).toMatchObject({ type: 'records' })
  })

  it('[Q5] is merged again where the hub has lost an entry, and nothing is counted twice', async () => {
    const world = await damaged()
    world.damage(`UPDATE record SET state = json_remove(state, '$[3].title')`)
    again(world)
    expect(applied(await pushAgain(world))).toEqual([3, 2])
    expect((await read(world)).body).toMatchObject({ records: [{ record: NOTE }] })
  })

  it('[P3] is not applied again where nothing is lost', async () => {
    const world = await damaged()
    again(world)
    const answer = await pushAgain(world)
    expect(applied(answer)).toEqual([1, 2])
    expect(answer.verdicts.every(({ duplicateOf }) => duplicateOf !== undefined)).toBe(true)
    expect((await read(world)).body).toMatchObject({ records: [{ record: { version: 2, ...NOTE } }] })
  })

  it.each([
    ['its author does not miss it', { attempt: 0 }],
    ['nothing proves that it was', { withReceipt: false }],
  ])('[P3] is not applied again where %s', async (_, over) => {
    const world = await damaged()
    world.damage('DELETE FROM record')
    again(world, over)
    expect(applied(await pushAgain(world))).toEqual([1, 2])
    expect((await read(world)).body).toMatchObject({ records: [] })
  })

  it('[P6] is not applied again where its receipt is of another judgement: a copy that had to try again was judged in a history that is lost', async () => {
    const world = await damaged()
    const { device, bench } = world
    const lost = await openBench()
    lost.clock.now = bench.clock.now + 60_000
    const before = good(await lost.push(device.push()))
    world.damage('DELETE FROM record')
    again({ ...world, answer: before })
    expect(applied(await pushAgain(world))).toEqual([1, 2])
    expect((await read(world)).body).toMatchObject({ records: [] })
  })

  it('[Q4] does not bring back a record that is gone', async () => {
    const world = await damaged()
    const record = world.device.written[0]?.change.content.operations[0]?.record ?? ''
    world.damage('DELETE FROM record')
    world.damage(`INSERT INTO gone (space, id, collection) VALUES (1, x'${record.replaceAll('-', '')}', 'notes')`)
    again(world)
    expect(applied(await pushAgain(world))).toEqual([1, 2])
    expect((await read(world)).body).toMatchObject({ records: [] })
  })
})
