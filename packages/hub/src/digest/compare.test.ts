import {
  type DigestAnswer,
  type DigestPart,
  type DigestRequest,
  DigestSum,
  decodeDigestAnswer,
  decodeLiveFrame,
  decodeRangeAnswer,
  encodeDigestRequest,
  encodeRangeRequest,
  type IdRange,
  type RangeAnswer,
  type RangeRequest,
  rangesOf,
  type RecordPart,
} from '@tombolo/core'
import BetterSqlite3 from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { sha256 } from '../crypto/keys.ts'
import { SILENT } from '../log.ts'
import { openSqlite } from '../sqlite/index.ts'
import { type Bench, good, openBench } from '../test/bench-hub.ts'
import { temporaryDatabase } from '../test/database.ts'
import { type Device, notes, setTitle } from '../test/device.ts'
import { notesSchema } from '../test/schema.ts'

const WHOLE: IdRange = { from: null, to: null }

/** A space with notes, of which every tenth is deleted. */
async function spaceOf(bench: Bench, count: number): Promise<Device> {
  const device = bench.device()
  for (let index = 0; index < count; index++) {
    bench.clock.now += 5
    const { change, name } = device.note([setTitle(`Note ${index}`)])
    const [made] = change.content.operations
    if (made !== undefined && index % 10 === 9) device.write(device.content([{ ...notes(made.record, [], [name]), life: 'deleted' }]))
  }
  good(await bench.push(device.push()))
  return device
}

const asked = ({ replica, space, schema, written }: Device, over: Partial<RangeRequest> = {}): RangeRequest => ({
  epoch: 'first-epoch',
  replica,
  space,
  schema,
  version: written.length,
  range: WHOLE,
  bytesMax: 1024 * 1024,
  alarm: false,
  ...over,
})

async function digestOf(bench: Bench, request: DigestRequest): Promise<DigestAnswer> {
  const decoded = decodeDigestAnswer(await (await bench.post('digest', encodeDigestRequest(request))).json())
  if (!decoded.ok) throw new Error(decoded.error.code)
  return decoded.value
}

async function rangeOf(bench: Bench, request: RangeRequest): Promise<RangeAnswer> {
  const decoded = decodeRangeAnswer(await (await bench.post('range', encodeRangeRequest(request))).json())
  if (!decoded.ok) throw new Error(decoded.error.code)
  return decoded.value
}

/** What a device that read the whole space says of a range. */
function digestedIn(records: readonly RecordPart[], { from, to }: IdRange): Omit<DigestPart, 'from'> {
  const sum = new DigestSum(sha256)
  for (const { collection, id, record } of records)
    if (record !== null && (from === null || id >= from) && (to === null || id < to)) sum.add({ collection, id, state: record })
  return sum.digested
}

async function codeOf(bench: Bench, request: DigestRequest, account = 'ann'): Promise<unknown> {
  const response = await bench.post('digest', encodeDigestRequest(request), { account })
  return ((await response.json()) as { code?: string }).code
}

describe('digests', () => {
  it('[Q5] of the parts of a range are those of the records that a reader of the space has', async () => {
    const bench = await openBench()
    const device = await spaceOf(bench, 300)
    const { body } = good(await bench.pull(device.pull({ accept: 'records' })))
    const records = body.type === 'records' ? body.records : []
    for (let range = WHOLE, total = 270; total > 1;) {
      const { parts } = await digestOf(bench, asked(device, { range }))
      expect(parts?.map(({ count, digest }) => ({ count, digest }))).toEqual(
        rangesOf(range, parts ?? []).map((each) => digestedIn(records, each)),
      )
      expect(parts?.reduce((sum, { count }) => sum + count, 0)).toBe(total)
      expect(parts?.length).toBeLessThanOrEqual(16)
      expect(Math.max(...(parts ?? []).map(({ count }) => count))).toBeLessThanOrEqual(Math.ceil(total / 12))
      ;[range, total] = [rangesOf(range, parts ?? [])[3] ?? WHOLE, parts?.[3]?.count ?? 0]
    }
  })

  it('[Q5] leave out collections that the schema does not have: no device has a table for them', async () => {
    const path = temporaryDatabase()
    const bench = await openBench({ storage: openSqlite({ path, mintEpoch: () => 'first-epoch' }) })
    const device = await spaceOf(bench, 3)
    const before = await digestOf(bench, asked(device))
    new BetterSqlite3(path).exec(`INSERT INTO record (space, collection, id, version, state)
      SELECT space, 'others', 'ffffffff' || substr(id, 9), version, state FROM record LIMIT 1`)
    expect((await digestOf(bench, asked(device))).parts).toEqual(before.parts)
  })

  it('[Q5] of nothing are one part of nothing', async () => {
    const bench = await openBench()
    const device = await spaceOf(bench, 3)
    const id = device.record()
    const range = { from: id, to: id }
    expect((await digestOf(bench, asked(device, { range }))).parts).toEqual([{ from: id, count: 0, digest: 'AAAAAAAAAAAAAAAAAAAAAA' }])
  })

  it('[Q5] are not told where they could not be compared: at another version, in a newer schema', async () => {
    const bench = await openBench({ schema: { ...notesSchema, version: 2 } })
    const device = await spaceOf(bench, 3)
    expect(await digestOf(bench, asked(device, { version: 2 }))).toMatchObject({ head: 3, parts: null })
    expect(await digestOf(bench, asked(device, { version: 4 }))).toMatchObject({ head: 3, parts: null })
    const older = { ...notesSchema, version: 1 }
    expect(await digestOf(bench, asked(device, { schema: older }))).toMatchObject({ head: 3, parts: null })
    expect(await rangeOf(bench, asked(device, { schema: older }))).toMatchObject({ head: 3, records: null })
    expect(await codeOf(bench, asked(device, { schema: { ...notesSchema, version: 3 } }))).toBe('schema.newer')
  })

  it('[Q5] are for readers of the space, in its history', async () => {
    const bench = await openBench()
    const device = await spaceOf(bench, 3)
    expect(await codeOf(bench, asked(device), 'ben')).toBe('space.unknown')
    expect(await codeOf(bench, asked(bench.device(), { version: 0 }))).toBe('space.unknown')
    expect(await codeOf(bench, asked(device, { epoch: 'another' }))).toBe('epoch')
    expect(await (await bench.post('digest', [1, 'e'])).json()).toMatchObject({ code: 'message.malformed' })
    expect(await (await bench.post('range', [1, 'e'])).json()).toMatchObject({ code: 'message.malformed' })
  })

  it('[Q5] are made in slices: a push need not wait for them, and then they are not compared', async () => {
    const bench = await openBench()
    const device = await spaceOf(bench, 400)
    const request = asked(device)
    const order: string[] = []
    const digesting = digestOf(bench, request).then((answer) => (order.push('digest'), answer))
    device.note([setTitle('meanwhile')])
    const pushing = bench.push(device.push(device.written.length - 1)).then(() => order.push('push'))
    const [answer] = await Promise.all([digesting, pushing])
    expect(order).toEqual(['push', 'digest'])
    expect(answer).toMatchObject({ head: device.written.length, parts: null })
    expect((await digestOf(bench, asked(device))).parts).not.toBeNull()
  })
})

describe('the records of a range', () => {
  it('[Q5] come in pages, deleted ones too, each once', async () => {
    const bench = await openBench()
    const device = await spaceOf(bench, 50)
    const { parts } = await digestOf(bench, asked(device))
    const whole = rangesOf(WHOLE, parts ?? []).slice(2, 12)
    const end = whole.at(-1)?.to ?? null
    const ids: string[] = []
    let pages = 0
    for (let from = whole[0]?.from ?? null; from !== end; pages++) {
      const answer = await rangeOf(bench, asked(device, { range: { from, to: end }, bytesMax: 2000 }))
      ids.push(...(answer.records ?? []).map(({ id }) => id))
      from = answer.to
    }
    const { body } = good(await bench.pull(device.pull({ accept: 'records' })))
    const records = body.type === 'records' ? body.records : []
    const within = records.map(({ id }) => id).filter((id) => id >= (whole[0]?.from ?? '') && id < (end ?? '~'))
    expect(ids).toEqual(within.toSorted())
    expect(pages).toBeGreaterThan(2)
  })

  it('[Q5] that differ are told to the operators, once for each check', async () => {
    const told: unknown[] = []
    const bench = await openBench({ log: { ...SILENT, error: (facts) => told.push(facts) } })
    const device = await spaceOf(bench, 3)
    await digestOf(bench, asked(device))
    await rangeOf(bench, asked(device, { alarm: true, version: 2 }))
    expect(told).toEqual([])
    await rangeOf(bench, asked(device, { alarm: true }))
    await rangeOf(bench, asked(device))
    const { space, replica } = device
    expect(told).toEqual([{ code: 'space.diverged', space, replica, version: 3 }])
  })

  it('[Q7] are asked for over a socket just so', async () => {
    const bench = await openBench()
    const device = await spaceOf(bench, 3)
    const answered = (path: string, body: unknown): Promise<unknown> =>
      new Promise((resolve) => {
        const line = bench.hub.live.open(
          { account: 'ann' },
          { send: (text) => resolve(JSON.parse(text)), buffered: () => 0, close: () => undefined },
        )
        line.receive(Buffer.from(JSON.stringify([0, 'r1', path, body])))
      })
    const bodyOf = (frame: unknown): unknown => {
      const decoded = decodeLiveFrame(frame)
      return decoded.ok && decoded.value.type === 'answer' ? decoded.value.body : decoded
    }
    const digest = decodeDigestAnswer(bodyOf(await answered('digest', encodeDigestRequest(asked(device)))))
    expect(digest).toMatchObject({ ok: true, value: { parts: [{ count: 1 }, { count: 1 }, { count: 1 }] } })
    const range = decodeRangeAnswer(bodyOf(await answered('range', encodeRangeRequest(asked(device)))))
    expect(range).toMatchObject({ ok: true, value: { records: [{}, {}, {}], to: null } })
  })
})
