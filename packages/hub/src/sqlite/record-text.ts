/** A record's state as text. */
import type { RecordState } from '@tombolo/core'

export interface RecordText {
  encode(state: RecordState): string
  decode(text: string): RecordState
}

export const recordText: RecordText = {
  encode: (state) => JSON.stringify(state),
  decode: (text) => JSON.parse(text) as RecordState,
}
