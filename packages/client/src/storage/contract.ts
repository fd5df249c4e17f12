// The contract of storage adapters, as a list of cases that run under Node's test runner and inside a browser's worker. An adapter is
// correct if each case resolves. mirror-contract.ts is the same for outbox mirrors.
import { assert } from '@tombolo/core'
import { asideContract } from './aside-contract.ts'
import { check, failsAsStorage, passesThrough, type ContractCase, type StorageSubject } from './contract-kit.ts'
import type { Database, SqlValue, Storage } from './port.ts'

export type StorageCase = ContractCase<StorageSubject>

export const storageContract: readonly StorageCase[] = [
  // Values
  eachOpen('texts come back as they were: any script, emoji, U+FEFF first, NUL within, empty', (db) => {
    const texts = ['', 'plain', 'żółć – 例え – עברית – 🌊🏝️', '\uFEFFmarked', 'nul\0within', 'line\r\nbreak', `'quoted"`]
    check(
      texts.map((text) => stored(db, 'TEXT', text)),
      texts,
    )
  }),
  eachOpen('a text of a megabyte comes back, and small ones after it', (db) => {
    const large = 'ab é 🌊 '.repeat(120_000)
    check(stored(db, 'TEXT', large) === large, true)
    check(stored(db, 'TEXT', 'small'), 'small')
  }),
  eachOpen('bytes come back as they were, empty ones too', (db) => {
    const every = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    check([stored(db, 'BLOB', every), stored(db, 'BLOB', new Uint8Array(0))], [every, new Uint8Array(0)])
    check(stored(db, 'BLOB', every.subarray(10, 13)), Uint8Array.of(10, 11, 12))
  }),
  eachOpen('bytes that were read are the reader’s: later statements do not change them', (db) => {
    const first = db.prepare('SELECT ? AS v').get(Uint8Array.of(1, 2, 3))
    db.prepare('SELECT ? AS v').get(Uint8Array.of(9, 9, 9))
    check(first, { v: Uint8Array.of(1, 2, 3) })
  }),
  eachOpen('whole numbers are exact up to 2^53 and integers in an INTEGER column', (db) => {
    const numbers = [0, 1, -1, 2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]
    check(
      numbers.map((value) => stored(db, 'INTEGER', value)),
      numbers,
    )
    check(db.prepare('SELECT DISTINCT typeof(v) AS t FROM stored WHERE v IS NOT NULL').all(), [{ t: 'integer' }])
  }),
  eachOpen('fractions and null come back; a bare number is a REAL to SQLite', (db) => {
    check(
      [0.1, -1.5e300, 5e-324, null].map((value) => stored(db, 'REAL', value)),
      [0.1, -1.5e300, 5e-324, null],
    )
    check(db.prepare('SELECT typeof(?) AS t, ? + 1 AS n').get(1, 2), { t: 'real', n: 3 })
  }),

  // Statements
  eachOpen('run tells how many rows changed', (db) => {
    db.exec('CREATE TABLE t (v INTEGER)')
    check(db.prepare('INSERT INTO t VALUES (?), (?), (?)').run(1, 2, 3), 3)
    check(db.prepare('UPDATE t SET v = v + 1 WHERE v > ?').run(1), 2)
    check(db.prepare('CREATE TABLE u (v)').run(), 0)
    check(db.prepare('DELETE FROM t WHERE v = ?').run(99), 0)
  }),
  eachOpen('get gives the first row or undefined, all gives rows by name, values in the order of columns', (db) => {
    db.exec(`CREATE TABLE t (a INTEGER, b TEXT); INSERT INTO t VALUES (1, 'one'), (2, 'two')`)
    check(db.prepare('SELECT * FROM t ORDER BY a').get(), { a: 1, b: 'one' })
    check(db.prepare('SELECT * FROM t WHERE a = ?').get(3), undefined)
    check(db.prepare('SELECT * FROM t ORDER BY a').all(), [
      { a: 1, b: 'one' },
      { a: 2, b: 'two' },
    ])
    check(db.prepare('SELECT b, a, a FROM t ORDER BY a').values(), [
      ['one', 1, 1],
      ['two', 2, 2],
    ])
    check(db.prepare('INSERT INTO t VALUES (?, ?) RETURNING a, b').get(3, 'three'), { a: 3, b: 'three' })
  }),
  eachOpen('a statement is used again and again, each time with its own parameters', (db) => {
    db.exec('CREATE TABLE t (v TEXT)')
    const insert = db.prepare('INSERT INTO t VALUES (?)')
    const texts = Array.from({ length: 50 }, (_, n) => 'x'.repeat(n * 100) + n)
    for (const text of texts) insert.run(text)
    insert.run(null)
    check(
      db.prepare('SELECT v FROM t ORDER BY rowid').values(),
      [...texts, null].map((text) => [text]),
    )
  }),
  eachOpen('prepare gives the same statement for the same SQL', (db) => {
    check(db.prepare('SELECT 1') === db.prepare('SELECT 1'), true)
  }),
  eachOpen('a statement in use survives thousands of others', (db) => {
    const first = db.prepare('SELECT 1 AS n')
    for (let n = 0; n < 2_000; n++) check(db.prepare(`SELECT ${n} AS n`).get(), { n })
    check(first.get(), { n: 1 })
    check(db.prepare('SELECT 1 AS n').get(), { n: 1 })
  }),
  eachOpen('a statement sees columns that were added after it was prepared', (db) => {
    db.exec('CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)')
    const select = db.prepare('SELECT * FROM t')
    check([select.get(), select.values()], [{ a: 1 }, [[1]]])
    db.exec(`ALTER TABLE t ADD COLUMN b TEXT DEFAULT 'new'`)
    check([select.get(), select.values()], [{ a: 1, b: 'new' }, [[1, 'new']]])
  }),
  eachOpen('exec runs several statements', (db) => {
    db.exec('CREATE TABLE t (v INTEGER); INSERT INTO t VALUES (1); INSERT INTO t VALUES (2);')
    check(db.prepare('SELECT sum(v) AS s FROM t').get(), { s: 3 })
  }),

  // Transactions
  eachOpen('a transaction gives what its work returns, and what it wrote stays', (db) => {
    db.exec('CREATE TABLE t (v INTEGER)')
    check(
      db.transaction(() => db.prepare('INSERT INTO t VALUES (?)').run(1) + 41),
      42,
    )
    check(rowsOf(db), 1)
  }),
  eachOpen('what work throws rolls everything back and is thrown again', (db) => {
    db.exec('CREATE TABLE t (v INTEGER)')
    const thrown = new Error('changed my mind')
    const attempt = (): never =>
      db.transaction(() => {
        db.exec('INSERT INTO t VALUES (1); CREATE TABLE u (v)')
        throw thrown
      })
    check(passesThrough(attempt) === thrown, true)
    check([rowsOf(db), tables(db)], [0, ['t']])
    check(
      db.transaction(() => db.prepare('INSERT INTO t VALUES (?)').run(2)),
      1,
    )
  }),
  eachOpen('transactions do not nest, and the attempt rolls the outer one back', (db) => {
    db.exec('CREATE TABLE t (v INTEGER)')
    const nested = (): number =>
      db.transaction(() => {
        db.exec('INSERT INTO t VALUES (1)')
        return db.transaction(() => 1)
      })
    check(passesThrough(nested).name, 'AssertionError')
    check(rowsOf(db), 0)
  }),
  eachOpen('work that returns a promise is rolled back', (db) => {
    db.exec('CREATE TABLE t (v INTEGER)')
    const insert = (): unknown => {
      db.exec('INSERT INTO t VALUES (1)')
      return Promise.resolve()
    }
    check(passesThrough(() => db.transaction(insert)).name, 'AssertionError')
    check(rowsOf(db), 0)
  }),

  // Failures
  eachOpen('mistakes pass through as they are: SQL, constraints, parameters', (db) => {
    db.exec('CREATE TABLE t (v INTEGER UNIQUE NOT NULL); INSERT INTO t VALUES (1)')
    check(codeOf(passesThrough(() => db.prepare('SELEC 1'))), 'SQLITE_ERROR')
    check(codeOf(passesThrough(() => db.exec('SELECT nothing'))), 'SQLITE_ERROR')
    check(codeOf(passesThrough(() => db.prepare('INSERT INTO t VALUES (?)').run(1))), 'SQLITE_CONSTRAINT_UNIQUE')
    check(codeOf(passesThrough(() => db.prepare('INSERT INTO t VALUES (?)').run(null))), 'SQLITE_CONSTRAINT_NOTNULL')
    check(passesThrough(() => db.prepare('SELECT ?').get()).name, 'RangeError')
    check(passesThrough(() => db.prepare('SELECT ?').get(1, 2)).name, 'RangeError')
    check(passesThrough(() => db.prepare('SELECT 1; SELECT 2')).name, 'RangeError')
    check(passesThrough(() => db.prepare('SELECT ? AS v').get(true as unknown as SqlValue)).name, 'TypeError')
    check(db.prepare('SELECT v FROM t').all(), [{ v: 1 }])
  }),
  eachOpen('a full database is storage.full, keeps what it had, and takes more once there is room', async (db) => {
    db.exec('CREATE TABLE t (v TEXT)')
    db.prepare('INSERT INTO t VALUES (?)').run('before')
    db.exec('PRAGMA max_page_count = 12')
    const insert = db.prepare('INSERT INTO t VALUES (?)')
    await failsAsStorage(['storage.full'], () => db.transaction(() => insert.run('x'.repeat(200_000))))
    check(rowsOf(db), 1)
    db.exec('PRAGMA max_page_count = 100000')
    check(
      db.transaction(() => insert.run('x'.repeat(200_000))),
      1,
    )
  }),
  onDisk('a damaged file is storage.corrupt, not an empty database, and can be removed', async (subject) => {
    assert(subject.corrupt !== undefined, 'a subject on disk can damage its files')
    const storage = subject.start()
    await use(storage, 'one', (db) => db.exec('CREATE TABLE t (v)'))
    await subject.corrupt('one')
    await failsAsStorage(['storage.corrupt'], () => subject.start().open('one'))
    await failsAsStorage(['storage.corrupt'], () => subject.start().open('one'))
    await subject.start().remove('one')
    await use(subject.start(), 'one', (db) => check(tables(db), []))
  }),
  named('a name that could leave the directory is refused', async ({ start }) => {
    const refused = await Promise.allSettled(['', '../up', 'a/b', '.hidden', 'ż'].map((name) => start().open(name)))
    check(
      refused.map((result) => (result.status === 'rejected' ? (result.reason as Error).name : 'opened')),
      Array(5).fill('AssertionError'),
    )
  }),

  // Places
  named('what was committed is found again, three times over', async (subject) => {
    if (!subject.kept) return
    for (let opens = 0; opens < 3; opens++) {
      await use(subject.start(), 'one', (db) => {
        db.exec('CREATE TABLE IF NOT EXISTS t (v INTEGER)')
        check(rowsOf(db), opens)
        db.transaction(() => db.prepare('INSERT INTO t VALUES (?)').run(opens))
      })
    }
  }),
  named('two databases are open at once and know nothing of each other', async ({ start }) => {
    const storage = start()
    const [one, two] = await Promise.all([storage.open('one'), storage.open('two')])
    one.exec('CREATE TABLE t (v); INSERT INTO t VALUES (1)')
    two.exec('CREATE TABLE t (v)')
    check([rowsOf(one), rowsOf(two)], [1, 0])
    one.close()
    two.exec('INSERT INTO t VALUES (1), (2)')
    check(rowsOf(two), 2)
    two.close()
  }),
  named('eight databases are open at once', async ({ start }) => {
    const storage = start()
    const databases = await Promise.all(Array.from({ length: 8 }, (_, n) => storage.open(`db-${n}`)))
    databases.forEach((db, n) => db.exec(`CREATE TABLE t${n} (v); INSERT INTO t${n} VALUES (${n})`))
    check(
      databases.map(tables),
      databases.map((_, n) => [`t${n}`]),
    )
    databases.forEach((db) => db.close())
  }),
  named('a removed database is empty when it is opened again, and its neighbour is not', async (subject) => {
    const storage = subject.start()
    for (const name of ['one', 'two']) await use(storage, name, (db) => db.exec('CREATE TABLE t (v)'))
    await storage.remove('one')
    await storage.remove('one')
    await storage.remove('never')
    await use(subject.start(), 'one', (db) => check(tables(db), []))
    if (subject.kept) await use(subject.start(), 'two', (db) => check(tables(db), ['t']))
  }),
  named('a closed database refuses work, and closing it again does nothing', async ({ start }) => {
    const db = await start().open('one')
    const select = db.prepare('SELECT 1')
    db.close()
    db.close()
    for (const call of [() => select.get(), () => db.exec('SELECT 1'), () => db.prepare('SELECT 2')]) passesThrough(call)
  }),
  named('bytes tells what a database takes, and grows with it', async ({ start }) => {
    await use(start(), 'one', (db) => {
      const empty = db.bytes()
      db.exec('CREATE TABLE t (v TEXT)')
      db.transaction(() => {
        db.prepare('INSERT INTO t VALUES (?)').run('x'.repeat(500_000))
        check(db.bytes() >= empty + 500_000, true)
      })
      check(db.bytes() >= empty + 500_000 && db.bytes() < 3_000_000, true)
    })
  }),

  // Facts that the engine relies on
  named('the database says how durable it is, and commits as durably', async ({ start, durability }) => {
    await use(start(), 'one', (db) => {
      check(db.durability, durability)
      const pragma = (name: string): SqlValue | undefined => db.prepare(`PRAGMA ${name}`).values()[0]?.[0]
      if (durability === 'disk') check([pragma('journal_mode'), pragma('synchronous')], ['wal', 2])
      check(['foreign_keys', 'recursive_triggers', 'trusted_schema'].map(pragma), [0, 1, 0])
    })
  }),
  named('a commit may leave its flush to the next one, and says so for itself alone', async ({ start, durability }) => {
    await use(start(), 'one', (db) => {
      db.exec('CREATE TABLE t (v)')
      const level = (): SqlValue | undefined => db.prepare('PRAGMA synchronous').values()[0]?.[0]
      const before = level()
      const insert = (): SqlValue | undefined => {
        db.prepare('INSERT INTO t VALUES (1)').run()
        return level()
      }
      check(db.transaction(insert, 'later'), 1)
      if (durability === 'disk') check(level(), before)
      passesThrough(() =>
        db.transaction(() => {
          insert()
          throw new Error('no')
        }, 'later'),
      )
      if (durability === 'disk') check([level(), db.transaction(insert)], [before, before])
      check(db.prepare('SELECT count(*) FROM t').values(), [[durability === 'disk' ? 2 : 1]])
    })
  }),
  eachOpen('full text is found without its diacritics, also by triggers', (db) => {
    db.exec(`CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT);
      CREATE VIRTUAL TABLE found USING fts5(body, content='notes', content_rowid='id', tokenize="unicode61 remove_diacritics 2");
      CREATE TRIGGER added AFTER INSERT ON notes BEGIN INSERT INTO found(rowid, body) VALUES (new.id, new.body); END;
      CREATE TRIGGER gone AFTER DELETE ON notes BEGIN INSERT INTO found(found, rowid, body) VALUES ('delete', old.id, old.body); END;`)
    const put = db.prepare('REPLACE INTO notes VALUES (?, ?)')
    put.run(1, 'Crème brûlée in Łódź')
    put.run(2, 'Plain text')
    const search = (words: string): SqlValue[] =>
      db.prepare('SELECT rowid FROM found WHERE found MATCH ? ORDER BY rowid').values(words).flat()
    check([search('creme brulee'), search('CRÈME'), search('pla*')], [[1], [1], [2]])
    put.run(1, 'Replaced')
    check([search('creme'), search('replaced')], [[], [1]])
  }),
  eachOpen('JSON functions are there', (db) => {
    check(db.prepare(`SELECT json_extract(?, '$.a[1]') AS v`).get('{"a":[1,"two"]}'), { v: 'two' })
    check(db.prepare('SELECT value FROM json_each(?) ORDER BY key').values('["b","a"]'), [['b'], ['a']])
    check(db.prepare('SELECT json_group_array(value) AS v FROM json_each(?)').get('[3,4]'), { v: '[3,4]' })
  }),
  ...asideContract,
]

function named(title: string, run: StorageCase['run']): StorageCase {
  return { title, run }
}

/** A case about one open database, new and empty. */
function eachOpen(title: string, work: (db: Database) => void | Promise<void>): StorageCase {
  return named(title, (subject) => use(subject.start(), 'one', work))
}

function onDisk(title: string, run: StorageCase['run']): StorageCase {
  return named(title, async (subject) => (subject.durability === 'disk' ? await run(subject) : undefined))
}

async function use(storage: Storage, name: string, work: (db: Database) => void | Promise<void>): Promise<void> {
  const db = await storage.open(name)
  try {
    await work(db)
  } finally {
    db.close()
  }
}

function stored(db: Database, type: string, value: SqlValue): SqlValue | undefined {
  db.exec(`CREATE TABLE IF NOT EXISTS stored (id INTEGER PRIMARY KEY, v ${type})`)
  db.prepare('INSERT INTO stored (v) VALUES (?)').run(value)
  return db.prepare('SELECT v FROM stored ORDER BY id DESC LIMIT 1').get()?.['v']
}

const rowsOf = (db: Database): SqlValue | undefined => db.prepare('SELECT count(*) AS n FROM t').get()?.['n']

const tables = (db: Database): SqlValue[] => db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).values().flat()

const codeOf = (error: Error): unknown => ('code' in error ? error.code : undefined)
