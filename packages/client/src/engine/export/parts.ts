/**
 * The parts of a download, each a file of lines in the zip: from which table their rows come, and how a row is written. Their names and
 * their order are the same for every download of a schema.
 */
import type { SchemaDefinition } from '@tombolo/core'
import type { SqlRow } from '../../storage/port.ts'
import { columnsOf } from '../columns.ts'
import { writeChangeLine } from './change-line.ts'
import { writeHistoryLine } from './history-line.ts'
import { writeNewerRecordLine, writeRecordLine } from './record-line.ts'
import type { SnapshotTable } from './snapshot.ts'
import { writeSpaceLine } from './space-line.ts'

export const SPACES = 'spaces.ndjson'
export const NEWER_RECORDS = 'records-of-newer-apps.ndjson'
export const OUTBOX = 'outbox.ndjson'
export const RETAINED = 'retained.ndjson'
export const HISTORY = 'history.ndjson'

const RECORDS = /^records\/([$A-Za-z_][$A-Za-z0-9_]*)\.ndjson$/

const recordsOf = (collection: string): string => `records/${collection}.ndjson`

/** The collection whose records a part holds; null for other parts. */
export const collectionOfPart = (part: string): string | null => RECORDS.exec(part)?.[1] ?? null

/** One part: the rows of `table` that meet `where`, a line each. */
export interface Part {
  readonly name: string
  readonly table: SnapshotTable
  readonly where: string
  readonly line: (row: SqlRow) => string
}

const CHANGES: SnapshotTable = { name: '_change', key: ['seq'] }

export const partsOf = ({ collections }: SchemaDefinition): readonly Part[] => [
  { name: SPACES, table: { name: '_space', key: ['id'] }, where: '1', line: writeSpaceLine },
  ...Object.values(collections)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((collection) => ({
      name: recordsOf(collection.name),
      table: { name: collection.name, key: ['id'] },
      where: '1',
      line: (row: SqlRow) => writeRecordLine(collection.name, columnsOf(collection), row),
    })),
  { name: NEWER_RECORDS, table: { name: '_unknown', key: ['collection', 'id'] }, where: '1', line: writeNewerRecordLine },
  { name: OUTBOX, table: CHANGES, where: "status <> 'applied'", line: writeChangeLine },
  { name: RETAINED, table: CHANGES, where: "status = 'applied'", line: writeChangeLine },
  { name: HISTORY, table: { name: '_history', key: ['collection', 'id', 'field', 'name'] }, where: '1', line: writeHistoryLine },
]
