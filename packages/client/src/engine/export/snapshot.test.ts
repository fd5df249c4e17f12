import fc from 'fast-check'
import { expect, test } from 'vitest'
import { memoryStorage } from '../../storage/node.ts'
import type { SqlRow, SqlValue } from '../../storage/port.ts'
import { Snapshot } from './snapshot.ts'

const TABLE = { name: 'birds', key: ['kind', 'id'] }
const keys = fc.record({ kind: fc.constantFrom('a', 'b'), id: fc.nat(9) })
type Key = { readonly kind: string; readonly id: number }

const WRITES = {
  put: 'INSERT INTO birds (kind, id, seen) VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET seen = excluded.seen',
  remove: 'DELETE FROM birds WHERE kind = ? AND id = ? AND seen <> ?',
  change: 'UPDATE birds SET seen = ? WHERE kind = ? AND id >= ?',
}
const writes = fc.record({ type: fc.constantFrom('put', 'remove', 'change', 'undone'), key: keys, seen: fc.nat(99) })

test('[E1] a snapshot shows the rows as they were, whatever is written while it is read', async () => {
  const database = await memoryStorage().open('snapshot')
  database.exec('CREATE TABLE birds (kind TEXT NOT NULL, id INTEGER NOT NULL, seen INTEGER, PRIMARY KEY (kind, id)) WITHOUT ROWID')
  const put = ({ kind, id }: Key, seen: number): unknown => database.prepare(WRITES.put).run(kind, id, seen)
  const write = (type: string, { kind, id }: Key, seen: number): void => {
    if (type === 'put') put({ kind, id }, seen)
    if (type === 'remove') database.prepare(WRITES.remove).run(kind, id, seen)
    if (type === 'change') database.prepare(WRITES.change).run(seen, kind, id)
    if (type !== 'undone') return
    const undo = (): never => {
      database.prepare(WRITES.change).run(seen, kind, id)
      put({ kind, id: id + 10 }, seen)
      throw new Error('undone')
    }
    expect(() => database.transaction(undo as () => number)).toThrow('undone')
  }
  const readAll = (snapshot: Snapshot, limit: number, between: () => void): SqlRow[] => {
    const rows: SqlRow[] = []
    for (let after: SqlValue[] | null = null; ;) {
      between()
      const page = snapshot.rows(TABLE, { where: 'seen <> 50', after, limit })
      rows.push(...page)
      const last = page.at(-1)
      if (last === undefined) return rows
      after = [last['kind'] ?? null, last['id'] ?? null]
    }
  }
  fc.assert(
    fc.property(fc.array(keys), fc.array(fc.array(writes), { maxLength: 8 }), fc.integer({ min: 1, max: 5 }), (begun, turns, limit) => {
      database.exec('DELETE FROM birds')
      for (const [index, key] of begun.entries()) put(key, 48 + (index % 4))
      const expected = database.prepare('SELECT * FROM birds WHERE seen <> 50 ORDER BY kind, id').all()
      const snapshot = database.transaction(() => new Snapshot(database, [TABLE]))
      const left = [...turns]
      const read = readAll(snapshot, limit, () => left.shift()?.forEach(({ type, key, seen }) => write(type, key, seen)))
      snapshot.drop()
      expect(read).toEqual(expected)
    }),
  )
  expect(database.prepare('SELECT name FROM temp.sqlite_schema').all()).toEqual([])
  database.close()
})
