/**
 * The tables of a store. Each collection is a real table that anyone can query; the engine's own begin with `_`.
 *
 *   "notes"      the view, which screens read. Beside the fields:
 *     $state     synced | pending | failed | conflicted          $conflicts  fields in conflict, a JSON array, or NULL
 *     $version   the space's version when the hub last changed it $edited     the stamp of this device's last write to it
 *     $meta      the confirmed record's merged state (meta.ts)    $open       changes on top of it, a JSON array of seq, or NULL
 *     $failed    refused changes on it, likewise                  $deleted    1: kept for merging, not shown
 *   _change      every change of this device until it is durable at the hub: the outbox, the failed, the retained
 *   _space       cursors and the end of the hash chain          _history   superseded values
 *   _staged      pages of a pull that is not complete           _operation applied batches that no change records
 *   _unknown     records of collections that the app lacks      _collection which version of the schema a table was made for
 *   _import      a download that is being brought back
 *   _meta        replica, epoch, account, clock and other single values
 */
import type { CollectionDefinition, SchemaDefinition } from '@tombolo/core'
import type { Database } from '../storage/port.ts'
import { type Column, columnsOf } from './columns.ts'
import { rememberTables, setAsideOutdated } from './outdated-tables.ts'
import { quoted, sqlText } from './sql.ts'

/** The version of the engine's own tables, recorded in `_meta`. Columns that older stores lack are added when a store opens. */
export const STORE_LAYOUT = 3

/**
 * `_change` has no index but its order: every page that a write dirties costs a checksum, a write and a checkpoint, so the indexes
 * (intents, chain ends, queues) are kept in memory.
 */
const OWN_TABLES = `
  CREATE TABLE IF NOT EXISTS _meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS _space (
    id TEXT PRIMARY KEY, n INTEGER NOT NULL, chain TEXT NOT NULL, created INTEGER NOT NULL, cursor TEXT, version INTEGER NOT NULL,
    head INTEGER NOT NULL, durable INTEGER NOT NULL, complete_at INTEGER, rebuilding INTEGER NOT NULL, newer_since INTEGER, role TEXT, joining TEXT
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS _change (
    seq INTEGER PRIMARY KEY, space TEXT NOT NULL, intent TEXT NOT NULL, status TEXT NOT NULL, name TEXT, content_hash TEXT, n INTEGER,
    previous TEXT, attempt INTEGER NOT NULL, offered INTEGER NOT NULL, faults INTEGER NOT NULL, park INTEGER NOT NULL, version INTEGER,
    next_version INTEGER, receipt TEXT, refused TEXT, stamp INTEGER NOT NULL, form TEXT, label TEXT, bytes INTEGER NOT NULL, saved_at INTEGER NOT NULL,
    asked TEXT, covered INTEGER NOT NULL, content TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS _import (part TEXT NOT NULL, line INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (part, line));
  CREATE TABLE IF NOT EXISTS _history (
    collection TEXT NOT NULL, id TEXT NOT NULL, field TEXT NOT NULL, name TEXT NOT NULL, entry TEXT NOT NULL, over_by TEXT, kept_at INTEGER,
    PRIMARY KEY (collection, id, field, name)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS _staged (space TEXT NOT NULL, collection TEXT NOT NULL, id TEXT NOT NULL, state TEXT, PRIMARY KEY (space, collection, id)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS _unknown (space TEXT NOT NULL, collection TEXT NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL, version INTEGER, PRIMARY KEY (collection, id)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS _collection (name TEXT NOT NULL, version INTEGER NOT NULL, layout TEXT NOT NULL, declared TEXT NOT NULL, PRIMARY KEY (name, version)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS _operation (id TEXT PRIMARY KEY, answer TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
`

/** The columns of `_change`, in their order on disk, for a database whose list of tables is damaged. */
export const CHANGE_COLUMNS: readonly string[] = (
  'seq space intent status name content_hash n previous attempt offered faults park version next_version receipt refused stamp form label ' +
  'bytes saved_at asked covered content'
).split(' ')

/** Columns that stores of an earlier layout lack. */
const ADDED_COLUMNS: Readonly<Record<string, readonly NamedColumn[]>> = {
  _space: [
    { name: 'newer_since', type: 'INTEGER' },
    { name: 'role', type: 'TEXT' },
    { name: 'joining', type: 'TEXT' },
  ],
  _unknown: [{ name: 'version', type: 'INTEGER' }],
  _history: [{ name: 'kept_at', type: 'INTEGER' }],
}

/**
 * Creates missing tables. Tables made for an earlier version of the schema are set aside, and upgrade.ts moves their rows; nothing is
 * dropped here.
 * @throws SchemaOutdated if a later version of the schema has used the store.
 */
export function createTables(database: Database, schema: SchemaDefinition): void {
  database.exec(OWN_TABLES)
  for (const [table, columns] of Object.entries(ADDED_COLUMNS)) addColumns(database, table, columns)
  setAsideOutdated(database, schema)
  for (const collection of Object.values(schema.collections)) createCollection(database, collection)
  rememberTables(database, schema)
}

type NamedColumn = Pick<Column, 'name' | 'type'>

/** Adds those columns that a table lacks. */
function addColumns(database: Database, table: string, columns: readonly NamedColumn[]): void {
  const present = new Set(database.prepare('SELECT name FROM pragma_table_info(?)').values(table).flat())
  for (const { name, type } of columns)
    if (!present.has(name)) database.exec(`ALTER TABLE ${quoted(table)} ADD COLUMN ${quoted(name)} ${type}`)
}

function createCollection(database: Database, collection: CollectionDefinition): void {
  const table = quoted(collection.name)
  const columns = columnsOf(collection).flatMap((field) => field.columns)
  const fields = columns.map((column) => `${quoted(column.name)} ${column.type}`)
  database.exec(
    `CREATE TABLE IF NOT EXISTS ${table} (${['id TEXT NOT NULL UNIQUE', 'space TEXT NOT NULL', ...fields, ...ROW_COLUMNS].join(', ')})`,
  )
  // A field that was added without raising the version, as happens during development.
  addColumns(database, collection.name, columns)
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

/** Creates the full-text index as an external-content table: the text is stored once, and triggers keep the index in step. */
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
