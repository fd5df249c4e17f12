import { encodeLiveFrame, encodePushRequest } from '@tombolo/core'
import BetterSqlite3 from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { type Log, SILENT } from './log.ts'
import { good, openBench } from './test/bench-hub.ts'
import { setTitle } from './test/device.ts'
import { storageOn } from './sqlite/index.ts'
import { LiveEnd } from './test/live.ts'
import type { Storage } from './storage.ts'

/** Counts transactions, and refuses those in which a change of this title stands, as a database may that cannot hold it. */
function watched(storage: Storage, poison: string | null = null): { readonly storage: Storage; readonly transactions: () => number } {
  let transactions = 0
  const watching = new Proxy(storage, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property)
      if (typeof member !== 'function') return member
      if (property !== 'transact') return (...args: readonly unknown[]) => Reflect.apply(member, target, args) as unknown
      return (touch: Parameters<Storage['transact']>[0], decide: Parameters<Storage['transact']>[1]) => {
        transactions++
        return target.transact(touch, (found) => {
          const effects = decide(found)
          if (poison !== null && JSON.stringify(effects).includes(poison)) throw new Error('the database does not take it')
          return effects
        })
      }
    },
  })
  return { storage: watching, transactions: () => transactions }
}

async function benchWith(poison: string | null = null, log: Log = SILENT) {
  const { openSqlite } = await import('./sqlite/index.ts')
  const { storage, transactions } = watched(openSqlite({ path: ':memory:', mintEpoch: () => 'an-epoch' }), poison)
  return { bench: await openBench({ storage, log }), transactions }
}

describe('the commit queue', () => {
  it('[R9] everything that is offered in one turn is one transaction', async () => {
    const { bench, transactions } = await benchWith()
    const devices = Array.from({ length: 50 }, () => bench.device())
    for (const device of devices) device.note([setTitle('one')])
    const answers = await Promise.all(devices.map((device) => bench.push(device.push())))
    expect(answers.map((answer) => good(answer).head)).toEqual(devices.map(() => 1))
    expect(transactions()).toBeLessThan(5)
  })

  it('[P3] what the database refuses is alone with its refusal', async () => {
    const { bench } = await benchWith('poison')
    const devices = Array.from({ length: 5 }, () => bench.device())
    for (const [index, device] of devices.entries()) device.note([setTitle(index === 2 ? 'poison' : 'fine')])
    const answers = await Promise.all(devices.map((device) => bench.push(device.push())))
    expect(answers.map((answer) => ('code' in answer ? answer.code : answer.head))).toEqual([1, 1, 'hub.unavailable', 1, 1])
  })

  it('[P3] a database that fails while a change is looked at is the fault of no change: the request fails, and nothing has happened', async () => {
    const db = new BetterSqlite3(':memory:')
    const bench = await openBench({ storage: storageOn(db, { mintEpoch: () => 'an-epoch' }) })
    const device = bench.device()
    device.note([setTitle('one')])
    good(await bench.push(device.push()))
    device.note([setTitle('two')])
    db.exec('ALTER TABLE record RENAME TO lost')
    expect(await bench.push(device.push(1))).toMatchObject({ code: 'hub.unavailable', status: 503 })
    db.exec('ALTER TABLE lost RENAME TO record')
    expect(good(await bench.push(device.push(1)))).toMatchObject({ head: 2, verdicts: [{ type: 'applied', version: 2 }] })
  })

  it('[P4] what is offered as soon as an answer is heard is taken too', async () => {
    const { bench } = await benchWith()
    const writers = Array.from({ length: 8 }, () => bench.device())
    await Promise.all(
      writers.map(async (device) => {
        for (let count = 0; count < 20; count++) {
          device.note([setTitle(`note ${count}`)])
          good(await bench.push(device.push(count)))
        }
      }),
    )
    const pages = await Promise.all(writers.map((device) => bench.pull(device.pull())))
    expect(pages.map((page) => good(page).head)).toEqual(writers.map(() => 20))
  })

  it('[P4] is bounded: beyond it devices are asked to come back, and nothing has happened', async () => {
    const { bench } = await benchWith()
    const device = bench.device()
    device.note([setTitle('one')])
    const answers = await Promise.all(Array.from({ length: 5000 }, () => bench.push(device.push())))
    const busy = answers.filter((answer) => 'code' in answer && answer.code === 'hub.busy')
    expect(answers.length - busy.length).toBeGreaterThan(4000)
    expect(good(await bench.pull(device.pull())).head).toBe(1)
  })

  it('[P4] goes on when an answer cannot be given, and counts the push once', async () => {
    const told: object[] = []
    const { bench } = await benchWith(null, { ...SILENT, error: (facts) => void told.push(facts) })
    const [device, other] = [bench.device(), bench.device()]
    const live = new LiveEnd(bench.hub.live)
    live.isBroken = true
    device.note([setTitle('one')])
    live.say(encodeLiveFrame({ type: 'request', id: 'a', path: 'push', body: encodePushRequest(device.push()) }))
    other.note([setTitle('two')])
    expect(good(await bench.push(other.push())).head).toBe(1)
    expect(told).toMatchObject([{ code: 'hub.untold' }])
    expect(good(await bench.push(device.push()))).toMatchObject({ head: 1, verdicts: [{ type: 'applied', version: 1 }] })
  })
})
