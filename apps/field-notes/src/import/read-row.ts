/**
 * A row of a sheet as a note, as a correction of a note that is there, or the reasons why it can be neither. Nothing is guessed and nothing
 * is dropped silently: a cell that does not fit its field refuses the row, and an empty one stays absent.
 */
import { checkFields, type RecordId } from '@tombolo/core'
import { EVERY_FIELD, type FieldKey, isSameValue, wordsOf } from '../notes/fields.ts'
import type { NewNote, Note } from '../notes/note.ts'
import { app } from '../schema.ts'
import { type CellsOptions, RowCells } from './cells.ts'
import { COLUMN_WORDS, type Mapping, type SheetColumn } from './columns.ts'

export type RowReading<T> = { readonly ok: true; readonly is: T } | { readonly ok: false; readonly reasons: readonly string[] }

/** What a row makes of a note that is there: only fields whose columns the sheet has, and only what is another value. */
export type Correction = { readonly [F in FieldKey]?: Note[F] }

/** The id that the row names; null where it names none. */
export const idIn = (cells: readonly string[], { id }: Pick<Mapping, 'id'>): RecordId | null =>
  id === undefined ? null : ((cells[id]?.trim().toLowerCase() ?? '') as RecordId) || null

/** The name of the project that the row wants. */
export const projectIn = (cells: readonly string[], options: CellsOptions): string | null =>
  new RowCells(cells, options).text('project') || null

export function readNote(cells: readonly string[], options: CellsOptions): RowReading<NewNote> {
  const row = new RowCells(cells, options)
  const note = Object.fromEntries(valuesIn(row, null)) as Partial<NewNote>
  if (note.title === undefined && note.body === undefined) row.refuse('there is neither a title nor a note')
  return judged(row, { title: '', ...note })
}

/** An empty cell empties its field: the sheet says what the note is to be. */
export function readCorrection(cells: readonly string[], options: CellsOptions, note: Note): RowReading<Correction> {
  const row = new RowCells(cells, options)
  const given = new Map(valuesIn(row, note))
  const correction = EVERY_FIELD.flatMap(([key, { columns, empty }]) => {
    const isInSheet = given.has(key) || Object.keys(columns).some((column) => row.has(column as SheetColumn))
    const value = given.get(key) ?? empty
    return !isInSheet || isSameValue(value, note[key]) ? [] : [[key, value] as const]
  })
  return judged(row, Object.fromEntries(correction) as Correction)
}

const valuesIn = (row: RowCells, before: Note | null): readonly (readonly [FieldKey, NewNote[FieldKey]])[] =>
  EVERY_FIELD.flatMap(([key, { read }]) => {
    const value = read(row as never, before)
    return value === undefined ? [] : [[key, value] as const]
  })

/** What the schema allows, in its own words. */
function judged<T extends Correction | NewNote>(row: RowCells, values: T): RowReading<T> {
  const faults = checkFields(app.collections.notes, values)
  for (const { field = '', message } of faults) row.refuse(`${placeWords(field)}: ${message.replace(/\.$/, '')}`)
  return row.reasons.length > 0 ? { ok: false, reasons: row.reasons } : { ok: true, is: values }
}

/** `place.lat` is a column of its own. */
function placeWords(field: string): string {
  const [key = field, member] = field.split('.')
  return member === undefined ? wordsOf(key) : (COLUMN_WORDS[member as SheetColumn] ?? member)
}
