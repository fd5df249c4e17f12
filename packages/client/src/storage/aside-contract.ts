// The part of the contract of storage adapters that a device needs which breaks and comes back: a database that is set aside for a new one,
// and the room that is kept for a full device. contract.ts explains how such a list is run.
import { check, type ContractCase, type StorageSubject } from './contract-kit.ts'
import type { Database } from './port.ts'

const RESERVE_BYTES = 3_000_000

export const asideContract: readonly ContractCase<StorageSubject>[] = [
  kept('a renewed database is empty and is the one that is opened from now on; the one before it is set aside', async ({ start }) => {
    await use(await start().open('one'), (db) => db.exec(`CREATE TABLE t AS SELECT 'first' AS v`))
    await use(await start().renew('one'), (db) => {
      check([tables(db), db.aside], [[], ['one']])
      db.exec(`CREATE TABLE t AS SELECT 'second' AS v`)
    })
    await use(await start().open('one'), (db) => check([valueIn(db), db.aside], ['second', ['one']]))
    await use(await start().openAside('one'), (db) => check(valueIn(db), 'first'))
  }),
  kept('databases are set aside again and again, and the newest is in use', async ({ start }) => {
    for (let n = 1; n <= 11; n++) await use(await (n === 1 ? start().open('one') : start().renew('one')), (db) => fill(db, n))
    await use(await start().open('one'), (db) => check([valueIn(db), db.aside.length, db.aside.at(-1)], [11, 10, 'one+10']))
  }),
  kept('what was set aside can be read as bytes and removed, and the others stay', async ({ start }) => {
    await use(await start().open('one'), (db) => fill(db, 1))
    await use(await start().renew('one'), (db) => fill(db, 2))
    await use(await start().open('other'), (db) => fill(db, 3))
    const bytes = await start().readAside('one')
    check(new TextDecoder().decode(bytes.subarray(0, 15)), 'SQLite format 3')
    await start().removeAside('one')
    await start().removeAside('one')
    await use(await start().open('one'), (db) => check([valueIn(db), db.aside], [2, []]))
    await use(await start().open('other'), (db) => check(valueIn(db), 3))
  }),
  kept('removing a database removes what was set aside of it, and not its neighbour', async ({ start }) => {
    await use(await start().open('one'), (db) => fill(db, 1))
    await use(await start().renew('one'), (db) => fill(db, 2))
    await use(await start().open('one.two'), (db) => fill(db, 3))
    await start().remove('one')
    await use(await start().open('one'), (db) => check([tables(db), db.aside], [[], []]))
    await use(await start().open('one.two'), (db) => check(valueIn(db), 3))
  }),
  named('a reserve holds what it is asked for until it is let go, and again after that', async ({ start, durability }) => {
    await use(await start().open('one'), async ({ reserve }) => {
      if (durability === 'memory') return check([await reserve.hold(RESERVE_BYTES), reserve.bytes], [true, 0])
      check([await reserve.hold(RESERVE_BYTES), reserve.bytes], [true, RESERVE_BYTES])
      check([await reserve.hold(1), reserve.bytes], [true, RESERVE_BYTES])
      reserve.release()
      check(reserve.bytes, 0)
      check([await reserve.hold(2 * RESERVE_BYTES), reserve.bytes], [true, 2 * RESERVE_BYTES])
    })
  }),
  kept('a reserve is kept while the database is closed, and goes when it is removed', async ({ start }) => {
    await use(await start().open('one'), async ({ reserve }) => void (await reserve.hold(RESERVE_BYTES)))
    await use(await start().open('one'), async ({ reserve }) => {
      check([await reserve.hold(1), reserve.bytes], [true, RESERVE_BYTES])
    })
    await start().remove('one')
    await use(await start().open('one'), async ({ reserve }) => check([await reserve.hold(1), reserve.bytes], [true, 1]))
  }),
]

/** A case about databases that outlive their closing. */
function kept(title: string, run: ContractCase<StorageSubject>['run']): ContractCase<StorageSubject> {
  return named(title, async (subject) => (subject.durability === 'disk' ? await run(subject) : undefined))
}

function named(title: string, run: ContractCase<StorageSubject>['run']): ContractCase<StorageSubject> {
  return { title, run }
}

async function use(db: Database, work: (db: Database) => void | Promise<void>): Promise<void> {
  try {
    await work(db)
  } finally {
    db.close()
  }
}

const fill = (db: Database, value: number): void => db.exec(`CREATE TABLE t AS SELECT ${value} AS v`)

const valueIn = (db: Database): unknown => db.prepare('SELECT v FROM t').get()?.['v']

const tables = (db: Database): unknown[] => db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).values().flat()
