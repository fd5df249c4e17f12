/** Reads a stored record from a row of its collection's table, in any layout. */
import type { SpaceId } from '@tombolo/core'
import type { SqlRow, SqlValue } from '../storage/port.ts'
import type { FieldColumns } from './columns.ts'
import { decodeMeta } from './meta.ts'
import { storedJson } from './stored-json.ts'
import type { StoredRecord } from './stored-record.ts'

export const NONE: readonly number[] = []

/** While a record has open changes, its columns hold the view; `$meta` then holds every confirmed value itself. */
export function storedRow(row: SqlRow, columns: readonly FieldColumns[]): Omit<StoredRecord, 'collection' | 'id' | 'exists'> {
  const [open, meta] = [seqs(row['$open']), row['$meta']]
  const fields = new Map(columns.map((field) => [field.field, field]))
  const inColumn = open.length > 0 ? undefined : (field: string) => fields.get(field)?.read(row)
  return {
    space: row['space'] as SpaceId,
    confirmed: typeof meta === 'string' ? decodeMeta(meta, inColumn) : undefined,
    open,
    failed: seqs(row['$failed']),
    edited: Number(row['$edited']),
    wasConflicted: row['$conflicts'] !== null,
  }
}

const seqs = (text: SqlValue | undefined): readonly number[] => (typeof text === 'string' ? (storedJson(text) as number[]) : NONE)
