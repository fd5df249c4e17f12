/**
 * A view of some tables as they were at one moment, read page by page while the person goes on writing: copy on write.
 *
 *   take ──► triggers keep each row as it was, before its first change ──► pages: the kept rows, and the others as they are ──► drop
 *
 * A second connection would give the same for nothing, but a browser lets one connection alone open the database. Triggers and kept rows are
 * temporary: they end with the connection, cost nothing while nothing is written, and roll back with the transaction that made them.
 */
import type { Database, SqlRow, SqlValue } from '../../storage/port.ts'
import { quoted } from '../sql.ts'

export interface SnapshotTable {
  readonly name: string
  /** The columns that tell its rows apart, by which they are ordered. */
  readonly key: readonly string[]
}

/** Which rows of a table to read: those that meet `where`, after a key. */
export interface RowsWanted {
  readonly where: string
  readonly after: readonly SqlValue[] | null
  readonly limit: number
}

/** Create it inside a transaction. */
export class Snapshot {
  readonly #database: Database
  /** The columns of each table. */
  readonly #tables: ReadonlyMap<SnapshotTable, readonly string[]>

  constructor(database: Database, tables: readonly SnapshotTable[]) {
    this.#database = database
    this.#tables = new Map(tables.map((table) => [table, columnsOf(database, table)]))
    for (const [table, columns] of this.#tables) database.exec(keepingSql(table, columns))
  }

  /** In the order of the key. */
  rows(table: SnapshotTable, { where, after, limit }: RowsWanted): SqlRow[] {
    const key = table.key.map(quoted).join(', ')
    const columns = (this.#tables.get(table) ?? []).map(quoted).join(', ')
    const isLater = after === null ? '' : `AND (${key}) > (${table.key.map(() => '?').join(', ')})`
    const sql = `
      SELECT ${columns} FROM main.${quoted(table.name)} AS now WHERE (${where}) ${isLater}
        AND NOT EXISTS (SELECT 1 FROM temp.${kept(table)} AS kept WHERE ${sameKey(table, 'kept', 'now')})
      UNION ALL SELECT ${columns} FROM temp.${kept(table)} WHERE "$existed" = 1 AND (${where}) ${isLater}
      ORDER BY ${key} LIMIT ${limit}`
    return this.#database.prepare(sql).all(...(after ?? []), ...(after ?? []))
  }

  drop(): void {
    for (const table of this.#tables.keys()) {
      for (const event of EVENTS) this.#database.exec(`DROP TRIGGER temp.${trigger(table, event)}`)
      this.#database.exec(`DROP TABLE temp.${kept(table)}`)
    }
  }
}

const columnsOf = (database: Database, { name }: SnapshotTable): readonly string[] =>
  database
    .prepare('SELECT name FROM pragma_table_info(?)')
    .all(name)
    .map((row) => String(row['name']))

const EVENTS = ['insert', 'update', 'delete'] as const

const kept = ({ name }: SnapshotTable): string => quoted(`_kept_${name}`)
const trigger = ({ name }: SnapshotTable, event: string): string => quoted(`_keep_${name}_${event}`)

const sameKey = ({ key }: SnapshotTable, a: string, b: string): string =>
  key.map((column) => `${a}.${quoted(column)} = ${b}.${quoted(column)}`).join(' AND ')

const values = (row: string, names: readonly string[]): string => names.map((column) => `${row}.${quoted(column)}`).join(', ')

/** Of a row that was not there, the key is kept, so that the row is left out. */
function keepingSql(table: SnapshotTable, columns: readonly string[]): string {
  const on = `main.${quoted(table.name)}`
  const into = (names: readonly string[]): string => `INSERT INTO ${kept(table)} (${names.map(quoted).join(', ')}, "$existed")`
  const unlessKept = (row: string): string => `WHERE NOT EXISTS (SELECT 1 FROM ${kept(table)} AS kept WHERE ${sameKey(table, 'kept', row)})`
  const keepOld = `${into(columns)} SELECT ${values('OLD', columns)}, 1 ${unlessKept('OLD')}`
  return `
    CREATE TEMP TABLE ${kept(table)} AS SELECT *, 1 AS "$existed" FROM ${on} WHERE 0;
    CREATE UNIQUE INDEX temp.${quoted(`_kept_${table.name}_key`)} ON ${kept(table)} (${table.key.map(quoted).join(', ')});
    CREATE TEMP TRIGGER ${trigger(table, 'update')} BEFORE UPDATE ON ${on} BEGIN ${keepOld}; END;
    CREATE TEMP TRIGGER ${trigger(table, 'delete')} BEFORE DELETE ON ${on} BEGIN ${keepOld}; END;
    CREATE TEMP TRIGGER ${trigger(table, 'insert')} AFTER INSERT ON ${on} BEGIN
      ${into(table.key)} SELECT ${values('NEW', table.key)}, 0 ${unlessKept('NEW')}; END;`
}
