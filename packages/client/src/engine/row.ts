/** Rows as a page gets them: a record's fields, and beside them what Tombolo says of the record. */
import type { CollectionDefinition, Json, RecordId, SpaceId } from '@tombolo/core'
import type { SqlRow } from '../storage/port.ts'
import { columnsOf } from './columns.ts'
import type { FailedValue, RecordStatus, Row } from './port.ts'

/** A collection's row as SQLite gives it. `$failed` and `$waiting` are known to the engine, not to the row. */
export function rowFromSql(collection: CollectionDefinition, sql: SqlRow): Row {
  const values: Record<string, Json> = {}
  for (const field of columnsOf(collection)) values[field.field] = field.read(sql)
  const conflicts = sql['$conflicts']
  return rowOf({
    id: sql['id'] as RecordId,
    space: sql['space'] as SpaceId,
    values,
    state: sql['$state'] as RecordStatus,
    version: Number(sql['$version']),
    edited: Number(sql['$edited']),
    conflicts: typeof conflicts === 'string' ? (JSON.parse(conflicts) as string[]) : NO_CONFLICTS,
    failed: null,
  })
}

export interface RowParts {
  readonly id: RecordId
  readonly space: SpaceId
  readonly values: Readonly<Record<string, Json>>
  readonly state: RecordStatus
  readonly version: number
  readonly edited: number
  readonly conflicts: readonly string[]
  readonly failed: Readonly<Record<string, FailedValue>> | null
}

const NO_CONFLICTS: readonly string[] = []

export const rowOf = (parts: RowParts): Row => ({
  ...parts.values,
  id: parts.id,
  space: parts.space,
  $state: parts.state,
  $version: `${parts.version}.${parts.edited}`,
  $conflicts: parts.conflicts,
  $failed: parts.failed,
  $waiting: null,
})
