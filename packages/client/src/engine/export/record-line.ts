/**
 * A record in a download: the values as they are shown, for people and their tools, and the confirmed state (docs/spec/protocol.md), which
 * alone is brought back. What its author has not sent yet comes back from the outbox.
 *
 *   { id, space, state, deleted, values, conflicts, edited, confirmed }
 */
import {
  decodeRecordPart,
  encodeRecordPart,
  isRecordId,
  isSpaceId,
  msOfStamp,
  type RecordId,
  type RecordState,
  type Register,
  type SpaceId,
} from '@tombolo/core'
import type { SqlRow, SqlValue } from '../../storage/port.ts'
import type { FieldColumns } from '../columns.ts'
import { decodeMeta } from '../meta.ts'
import { storedRow } from '../stored-row.ts'
import { countIn, countOrNullIn, damaged, flagIn, type JsonObject, objectOf, timeText } from './line.ts'

export interface RecordLine {
  readonly id: RecordId
  readonly space: SpaceId
  readonly deleted: boolean
  /** The stamp of the device's last write to it. */
  readonly edited: number
  /** Null: nothing of it is confirmed. */
  readonly confirmed: RecordState | null
}

export function writeRecordLine(collection: string, columns: readonly FieldColumns[], row: SqlRow): string {
  const { space, confirmed = null, edited } = storedRow(row, columns)
  const id = row['id'] as RecordId
  return JSON.stringify({
    id,
    space,
    state: row['$state'],
    deleted: row['$deleted'] === 1,
    values: Object.fromEntries(columns.map((field) => [field.field, field.read(row)])),
    conflicts: conflictsOf(row['$conflicts'], confirmed),
    edited,
    confirmed: confirmed === null ? null : encodeRecordPart({ collection, id, record: confirmed }),
  })
}

/** The values that a person has to choose from, by field. Their own, while it is not sent, is in the outbox. */
function conflictsOf(fields: SqlValue | undefined, confirmed: RecordState | null): JsonObject {
  const names = typeof fields === 'string' ? (JSON.parse(fields) as string[]) : []
  return Object.fromEntries(names.map((field) => [field, confirmed === null ? [] : sidesOf(confirmed, field)]))
}

function sidesOf({ life, fields }: RecordState, field: string): readonly object[] {
  const state = field === '$life' ? life : fields[field]
  return state?.kind === 'register' ? valuesOf(state) : []
}

const valuesOf = ({ entries }: Register): readonly object[] =>
  entries.map(({ value, by, stamp }) => ({ value, by, at: timeText(msOfStamp(stamp)) }))

export function readRecordLine(collection: string, text: string): RecordLine {
  const line = objectOf(text)
  const { id } = line
  if (!isRecordId(id)) return damaged('a record has no id')
  const part = line['confirmed'] === null ? null : partIn(line)
  if (part !== null && (part.collection !== collection || part.id !== id)) return damaged('a record is another one')
  const confirmed = part?.confirmed ?? null
  return { id, space: spaceIn(line), deleted: flagIn(line, 'deleted'), edited: countIn(line, 'edited'), confirmed }
}

// ── of collections that only a newer app knows ───────────────────────────────────────────────────────────────────────────

export interface NewerRecordLine {
  readonly collection: string
  readonly id: RecordId
  readonly space: SpaceId
  readonly confirmed: RecordState
  /** The schema version that the device brought it to; null: it is as a newer hub sent it. */
  readonly schemaVersion: number | null
}

export function writeNewerRecordLine(row: SqlRow): string {
  const [collection, id] = [String(row['collection']), row['id'] as RecordId]
  const record = decodeMeta(String(row['state']))
  return JSON.stringify({
    collection,
    id,
    space: row['space'],
    schemaVersion: row['version'],
    confirmed: encodeRecordPart({ collection, id, record }),
  })
}

export function readNewerRecordLine(text: string): NewerRecordLine {
  const line = objectOf(text)
  return { ...partIn(line), space: spaceIn(line), schemaVersion: countOrNullIn(line, 'schemaVersion') }
}

// ── helpers ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

function partIn(line: JsonObject): Pick<NewerRecordLine, 'id' | 'collection' | 'confirmed'> {
  const part = decodeRecordPart(line['confirmed'])
  if (!part.ok || part.value.record === null) return damaged('a record cannot be read')
  const { collection, id, record } = part.value
  return { collection, id, confirmed: record }
}

const spaceIn = ({ space }: JsonObject): SpaceId => (isSpaceId(space) ? space : damaged('a record has no space'))
