/**
 * The tables of a store. Each collection is a real table that anyone can query; the engine's own begin with `_`.
 *
 *   "notes"      the view: what the screens see. Beside the fields:
 *     $state     synced | pending | failed | conflicted          $conflicts  fields in conflict, a JSON array, or NULL
 *     $version   the space's version when the hub last changed it $edited     the stamp of this device's last write to it
 *     $meta      the confirmed record's merged state (meta.ts)    $open       changes on top of it, a JSON array of seq, or NULL
 *     $failed    refused changes on it, likewise                  $deleted    1: kept for merging, not shown
 *   _change      every change of this device until it is durable at the hub: the outbox, the failed, the retained
 *   _space       cursors and the end of the hash chain          _history   values that were written over
 *   _staged      pages of a pull that is not complete           _operation batches already applied that no change tells of
 *   _meta        replica, epoch, account, clock, schema
 */
import type { CollectionDefinition, SchemaDefinition } from '@tombolo/core'
import type { Database } from '../storage/port.ts'
import { columnsOf } from './columns.ts'

/** The layout of the engine's own tables; raised with a migration when they change. */
export const STORE_LAYOUT = 1

/**
 * `_change` has no index but its order: every page that a write dirties costs a checksum, a write and a checkpoint, so what can be
 * kept in memory (intents, the end of a chain, what waits) is not indexed on disk.
 */
const OWN_TABLES = `
  CREATE TABLE IF NOT EXISTS _meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS _space (
    id TEXT PRIMARY KEY, n INTEGER NOT NULL, chain TEXT NOT NULL, created INTEGER NOT NULL, cursor TEXT, version INTEGER NOT NULL,
    head INTEGER NOT NULL, durable INTEGER NOT NULL, complete_at INTEGER, rebuilding INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS _change (
    seq INTEGER PRIMARY KEY, space TEXT NOT NULL, intent TEXT NOT NULL, status TEXT NOT NULL, name TEXT, content_hash TEXT, n INTEGER,
    previous TEXT, attempt INTEGER NOT NULL, offered INTEGER NOT NULL, faults INTEGER NOT NULL, park INTEGER NOT NULL, version INTEGER,
    next_version INTEGER, receipt TEXT, refused TEXT, stamp INTEGER NOT NULL, form TEXT, label TEXT, bytes INTEGER NOT NULL, saved_at INTEGER NOT NULL,
    asked TEXT, covered INTEGER NOT NULL, content TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS _history (
    collection TEXT NOT NULL, id TEXT NOT NULL, field TEXT NOT NULL, name TEXT NOT NULL, entry TEXT NOT NULL, over_by TEXT,
    PRIMARY KEY (collection, id, field, name)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS _staged (space TEXT NOT NULL, collection TEXT NOT NULL, id TEXT NOT NULL, state TEXT, PRIMARY KEY (space, collection, id)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS _unknown (space TEXT NOT NULL, collection TEXT NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (collection, id)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS _operation (id TEXT PRIMARY KEY, answer TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
`

/** Makes what is missing. Adding a collection or a field to a schema adds the table or the column; nothing is ever dropped here. */
export function createTables(database: Database, schema: SchemaDefinition): void {
  database.exec(OWN_TABLES)
  for (const collection of Object.values(schema.collections)) createCollection(database, collection)
}

function createCollection(database: Database, collection: CollectionDefinition): void {
  const table = quoted(collection.name)
  const columns = columnsOf(collection).flatMap((field) => field.columns)
  const fields = columns.map((column) => `${quoted(column.name)} ${column.type}`)
  database.exec(
    `CREATE TABLE IF NOT EXISTS ${table} (${['id TEXT NOT NULL UNIQUE', 'space TEXT NOT NULL', ...fields, ...ROW_COLUMNS].join(', ')})`,
  )
  const there = new Set(
    database
      .prepare(`SELECT name FROM pragma_table_info(?)`)
      .all(collection.name)
      .map((row) => row['name']),
  )
  for (const column of columns) {
    if (!there.has(column.name)) database.exec(`ALTER TABLE ${table} ADD COLUMN ${quoted(column.name)} ${column.type}`)
  }
  for (const index of indexesOf(collection)) database.exec(index)
  if (collection.search.length > 0) createSearch(database, collection)
}

const ROW_COLUMNS = [
  `"$state" TEXT NOT NULL`,
  `"$version" INTEGER NOT NULL`,
  `"$edited" INTEGER NOT NULL`,
  `"$meta" TEXT`,
  `"$open" TEXT`,
  `"$failed" TEXT`,
  `"$conflicts" TEXT`,
  `"$deleted" INTEGER NOT NULL`,
]

function indexesOf(collection: CollectionDefinition): string[] {
  const table = collection.name
  const index = (name: string, on: string, where: string): string =>
    `CREATE INDEX IF NOT EXISTS ${quoted(`_${table}_${name}`)} ON ${quoted(table)} (${on}) WHERE ${where}`
  return [
    index('space', 'space, id', '"$deleted" = 0'),
    index('deleted', 'space, id', '"$deleted" = 1'),
    index('conflicts', 'id', '"$conflicts" IS NOT NULL'),
    ...collection.indexes.map((fields) => index(fields.join('_'), ['space', ...fields.map(quoted), 'id'].join(', '), '"$deleted" = 0')),
  ]
}

/** External content: the words stand once, in the table; triggers keep the index in step with it. */
function createSearch(database: Database, collection: CollectionDefinition): void {
  const [fts, table] = [quoted(`_fts_${collection.name}`), quoted(collection.name)]
  const columns = collection.search.map(quoted)
  const of = (row: 'old' | 'new'): string => columns.map((column) => `${row}.${column}`).join(', ')
  const forget = `INSERT INTO ${fts} (${fts}, rowid, ${columns.join(', ')}) VALUES ('delete', old.rowid, ${of('old')});`
  const learn = `INSERT INTO ${fts} (rowid, ${columns.join(', ')}) VALUES (new.rowid, ${of('new')});`
  const changed = columns.map((column) => `old.${column} IS NOT new.${column}`).join(' OR ')
  database.exec(`
    CREATE VIRTUAL TABLE IF NOT EXISTS ${fts} USING fts5 (${columns.join(', ')}, content=${sqlText(collection.name)}, tokenize='unicode61 remove_diacritics 2');
    CREATE TRIGGER IF NOT EXISTS ${quoted(`_fts_${collection.name}_insert`)} AFTER INSERT ON ${table} BEGIN ${learn} END;
    CREATE TRIGGER IF NOT EXISTS ${quoted(`_fts_${collection.name}_delete`)} AFTER DELETE ON ${table} BEGIN ${forget} END;
    CREATE TRIGGER IF NOT EXISTS ${quoted(`_fts_${collection.name}_update`)} AFTER UPDATE OF ${columns.join(', ')} ON ${table} WHEN ${changed} BEGIN ${forget} ${learn} END;
  `)
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`
