/**
 * Tables of an earlier version of the schema. Such a table is renamed and its layout remembered, and a new table is made in its place;
 * upgrade.ts moves the rows over and drops it.
 *
 *   notes, of version 1 ──set aside──► _from_1_notes ──a slice of rows at a time──► notes, of version 2
 *
 * A still newer app that finds rows half moved sets the tables aside again and moves the rows of both.
 */
import { collectionText, leavesRecordsAlone, type SchemaDefinition } from '@tombolo/core'
import type { Database, SqlRow } from '../storage/port.ts'
import { type Layout, layoutOf } from './columns.ts'
import { quoted } from './sql.ts'

export interface OutdatedTable {
  readonly collection: string
  /** The version of the schema that its rows are in. */
  readonly version: number
  readonly table: string
  readonly layout: Layout
}

/** Thrown if a later version of the app has used the store, which this one could not read correctly. Nothing was changed. */
export class SchemaOutdated extends Error {
  override readonly name = 'SchemaOutdated'
  readonly code = 'schema.outdated'

  constructor(stored: number, own: number) {
    super(`A newer version of this app has used this store: its schema has version ${stored}, this one ${own}. Load the app again.`)
  }
}

/** @throws SchemaOutdated if a later version of the schema has used the store. */
export function setAsideOutdated(database: Database, schema: SchemaDefinition): void {
  const newest = Number(database.prepare('SELECT max(version) AS version FROM _collection').get()?.['version'] ?? 0)
  if (newest > schema.version) throw new SchemaOutdated(newest, schema.version)
  for (const row of database.prepare('SELECT name, max(version) AS version, declared FROM _collection GROUP BY name').all()) {
    const [name, version] = [String(row['name']), Number(row['version'])]
    if (version === schema.version || isSetAside(database, name, version)) continue
    if (!isAsBefore(schema, name, version, row)) setAside(database, name, version)
    else database.prepare('UPDATE _collection SET version = ? WHERE name = ? AND version = ?').run(schema.version, name, version)
  }
}

/** Records the layout of the present tables, for a later version. */
export function rememberTables(database: Database, schema: SchemaDefinition): void {
  const remember = database.prepare(
    'INSERT INTO _collection (name, version, layout, declared) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET layout = excluded.layout, declared = excluded.declared',
  )
  for (const collection of Object.values(schema.collections))
    remember.run(collection.name, schema.version, JSON.stringify(layoutOf(collection)), collectionText(collection))
}

export const outdatedTables = (database: Database, { version }: SchemaDefinition): OutdatedTable[] =>
  database
    .prepare('SELECT name, version, layout FROM _collection WHERE version < ? ORDER BY version, name')
    .all(version)
    .map((row) => {
      const [collection, made] = [String(row['name']), Number(row['version'])]
      return { collection, version: made, table: nameAside(collection, made), layout: JSON.parse(String(row['layout'])) as Layout }
    })

/** Whether there are rows of an earlier version, or an upgrade was not finished; `reached`: the version of the last that was. */
export const isOutdated = (database: Database, schema: SchemaDefinition, reached: number): boolean =>
  reached !== schema.version || outdatedTables(database, schema).length > 0

/** Drops a table whose rows have all been moved. */
export function dropOutdated(database: Database, { collection, version, table }: OutdatedTable): void {
  database.exec(`DROP TABLE ${quoted(table)}`)
  database.prepare('DELETE FROM _collection WHERE name = ? AND version = ?').run(collection, version)
}

/** Whether the collection is declared as before and no upgrade since touches it, so that its rows need no upgrade. */
const isAsBefore = (schema: SchemaDefinition, name: string, version: number, { declared }: SqlRow): boolean => {
  const collection = schema.collections[name]
  return collection !== undefined && collectionText(collection) === declared && leavesRecordsAlone(schema, version, name)
}

function setAside(database: Database, name: string, version: number): void {
  for (const when of ['insert', 'delete', 'update']) database.exec(`DROP TRIGGER IF EXISTS ${quoted(`_fts_${name}_${when}`)}`)
  database.exec(`DROP TABLE IF EXISTS ${quoted(`_fts_${name}`)}`)
  const indexes = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL").all(name)
  for (const row of indexes) database.exec(`DROP INDEX ${quoted(String(row['name']))}`)
  database.exec(`ALTER TABLE ${quoted(name)} RENAME TO ${quoted(nameAside(name, version))}`)
}

const isSetAside = (database: Database, name: string, version: number): boolean =>
  database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(nameAside(name, version)) !== undefined

const nameAside = (name: string, version: number): string => `_from_${version}_${name}`
