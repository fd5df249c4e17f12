/**
 * The sync UI kit. Importing it registers `<tombolo-store>` and `<tombolo-status>`; all other elements are in a second file, loaded after
 * the page has been painted. `@tombolo/elements/all` registers everything at once.
 *
 *   <tombolo-status>     the chip, and the sheet that it opens: enough for a small app
 *   <tombolo-outbox>     waiting and refused changes, with actions
 *   <tombolo-conflicts>  conflicts for a person to decide
 *   <tombolo-history>    every value of a record
 *   <tombolo-failed>     a refused value, beside its field
 *   <tombolo-store>      provides its store to the elements in it; `setStore` does so for all
 */
import { loadRestWhenIdle } from './load-rest.ts'

export type { TomboloConflicts } from './conflicts.ts'
export type { EditDetail, OpenDetail, TomboloEditEvent, TomboloOpenEvent } from './events.ts'
export type { TomboloFailed } from './failed.ts'
export type { FormatValue } from './format-value.ts'
export type { TomboloHistory } from './history.ts'
export type { TomboloOutbox } from './outbox.ts'
export type { TomboloSheet } from './sheet.ts'
export { TomboloStatus } from './status.ts'
export { setStore, TomboloStore } from './store-context.ts'
export type { SyncStore } from './sync-store.ts'
export { type Names, setWords, type WordSettings } from './wording.ts'
export { ENGLISH, type Message, type PluralForms, type WordKey } from './words.ts'

loadRestWhenIdle()
