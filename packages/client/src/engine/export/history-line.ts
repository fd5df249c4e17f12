/**
 * A superseded value in a download: `{ collection, id, field, value, by, at, overBy, write }`. `write` is the write itself, as the only
 * entry of its field in a record (docs/spec/protocol.md).
 */
import {
  decodeRecordPart,
  EMPTY_RECORD,
  EMPTY_REGISTER,
  encodeRecordPart,
  type Entry,
  LIFE_FIELD,
  msOfStamp,
  type Name,
  type RecordId,
  type RecordState,
} from '@tombolo/core'
import type { SqlRow } from '../../storage/port.ts'
import { damaged, objectOf, textIn, textOrNullIn, timeText } from './line.ts'

export interface HistoryLine {
  readonly collection: string
  readonly id: RecordId
  readonly field: string
  readonly entry: Entry
  readonly overBy: Name | null
}

export function writeHistoryLine(row: SqlRow): string {
  const [collection, id, field] = [String(row['collection']), row['id'] as RecordId, String(row['field'])]
  const entry = JSON.parse(String(row['entry'])) as Entry
  return JSON.stringify({
    collection,
    id,
    field,
    value: entry.value,
    by: entry.by,
    at: timeText(msOfStamp(entry.stamp)),
    overBy: row['over_by'],
    write: encodeRecordPart({ collection, id, record: recordOf(field, entry) }),
  })
}

export function readHistoryLine(text: string): HistoryLine {
  const line = objectOf(text)
  const field = textIn(line, 'field')
  const part = decodeRecordPart(line['write'])
  if (!part.ok || part.value.record === null) return damaged('a superseded value cannot be read')
  const { collection, id, record } = part.value
  const register = field === LIFE_FIELD ? record.life : record.fields[field]
  const [entry, ...others] = register?.kind === 'register' ? register.entries : []
  if (entry === undefined || others.length > 0) return damaged('a superseded value is not one')
  return { collection, id, field, entry, overBy: textOrNullIn(line, 'overBy') as Name | null }
}

function recordOf(field: string, entry: Entry): RecordState {
  const register = { ...EMPTY_REGISTER, entries: [entry] }
  return field === LIFE_FIELD ? { ...EMPTY_RECORD, life: register } : { ...EMPTY_RECORD, fields: { [field]: register } }
}
