/** What a hub keeps for ever, because a device may come back after any time. */
import { readFileSync } from 'node:fs'
import BetterSqlite3 from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openLedger } from '../ledger/ledger-file.ts'
import { openSqlite } from '../sqlite/index.ts'
import { good, openBench } from '../test/bench-hub.ts'
import { temporaryDatabase } from '../test/database.ts'
import { notes, setTitle } from '../test/device.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const CHANGES = 1000
const REPLICAS = 150
const GONE = 300

test('[P3] [Q4] what stays for ever is some 150 bytes of a change, 200 of a replica, and 50 of a deleted record, here and in the ledger', async () => {
  const path = temporaryDatabase()
  const ledger = openLedger(`${path}.ledger`)
  const storage = openSqlite({ path, mintEpoch: () => 'first-epoch', verdictsInMemory: 100 })
  const bench = await openBench({ storage, ledger })
  const device = bench.device()
  const records = Array.from({ length: GONE }, () => device.record())
  device.write(device.content(records.map((record) => notes(record, [setTitle('one')]))))
  const [first] = device.written
  device.write(
    device.content(records.map((record) => ({ ...notes(record, [], first === undefined ? [] : [first.name]), life: 'deleted' }))),
  )
  const note = device.record()
  for (let n = 2; n < CHANGES; n += 1) device.note([setTitle(`${n}`)], note)
  for (let start = 0; start < CHANGES; start += 200) good(await bench.push(device.push(start, start + 200)))
  for (let n = 0; n < REPLICAS; n += 1) {
    const other = bench.device(device.space)
    other.note([setTitle('one')])
    good(await bench.push(other.push()))
  }
  bench.clock.now += 400 * DAY_MS
  await bench.hub.maintain()
  await bench.hub.close()
  const bytesOf = bytesByTable(path)
  const ofReplicas = bytesOf('replica') + bytesOf('sqlite_autoindex_replica_1') + bytesOf('position')
  expectAbout(150, (bytesOf('verdict') + bytesOf('intent')) / (CHANGES + REPLICAS))
  expectAbout(200, ofReplicas / REPLICAS)
  expectAbout(50, bytesOf('gone') / GONE)
  expectAbout(50, readFileSync(`${path}.ledger`).length / GONE)
})

test('[P3] [P4] a push whose answer was lost counts once, however long ago: sent again as it was, or by a copy under another replica id', async () => {
  const bench = await openBench()
  const device = bench.device()
  const { change } = device.note([setTitle('one'), { kind: 'increment', field: 'visits', by: 1 }])
  const { verdicts } = good(await bench.push(device.push()))
  bench.clock.now += 4000 * DAY_MS
  await bench.hub.maintain()
  expect(good(await bench.push(device.push())).verdicts).toEqual(verdicts)
  const copy = bench.device(device.space)
  copy.write(change.content)
  expect(good(await bench.push(copy.push())).verdicts).toMatchObject(
    verdicts.map((verdict) => ({ ...verdict, duplicateOf: { replica: device.replica, n: 1 } })),
  )
  expect(good(await bench.pull(device.pull({ accept: 'records' })))).toMatchObject({
    head: 1,
    body: { records: [{ record: { fields: { visits: { sum: 1 } } } }] },
  })
})

/** Within a quarter above, for a page of a table is seldom full. */
function expectAbout(bytes: number, measured: number): void {
  expect(measured).toBeGreaterThan(bytes / 2)
  expect(measured).toBeLessThan(bytes * 1.25)
}

function bytesByTable(path: string): (name: string) => number {
  const db = new BetterSqlite3(path, { readonly: true })
  const rows = db.prepare<[], [string, number]>('SELECT name, sum(pgsize) FROM dbstat GROUP BY name').raw().all()
  db.close()
  const bytes = new Map(rows)
  return (name) => bytes.get(name) ?? 0
}
