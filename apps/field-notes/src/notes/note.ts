/** Notes as this app speaks of them. */
import type { StoredRow } from '@tombolo/client'
import type { NewRecord } from '@tombolo/core'
import type { app } from '../schema.ts'

export type Note = StoredRow<typeof app, 'notes'>
export type NewNote = NewRecord<typeof app, 'notes'>
export type Quality = NonNullable<Note['quality']>
export type Place = NonNullable<Note['place']>

/** What stands for a note that has no title: the beginning of its text. */
export function headingOf({ title, body }: Pick<Note, 'title' | 'body'>): string {
  return title.trim() || firstLineOf(body) || 'Untitled'
}

const HEADING_LENGTH_MAX = 80

export const firstLineOf = (text: string): string => text.trim().split('\n', 1)[0]?.slice(0, HEADING_LENGTH_MAX) ?? ''
