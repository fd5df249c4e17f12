/** The store of this app, as the rest of it names it. */
import type { Store } from '@tombolo/client'
import type { app } from './schema.ts'

export type FieldStore = Store<typeof app>
export type NotesQuery = ReturnType<FieldStore['db']['notes']['limit']>
