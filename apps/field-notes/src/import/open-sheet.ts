/** A sheet that a person has chosen, and the name of its file. */
import type { Sheet } from './sheet.ts'

export interface OpenSheet {
  readonly file: string
  readonly sheet: Sheet
}
