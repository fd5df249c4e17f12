/** Detects in-place edits of texts. Merging them needs the text editor, which is loaded only then. */
import type { Content } from '@tombolo/core'
import type { StoreState } from './state.ts'

export const editsText = ({ operations }: Content): boolean => operations.some(({ fields }) => fields.some(({ kind }) => kind === 'edit'))

/** Whether a change that is still on top of the confirmed records edits a text. */
export function holdsEdits({ schema, changes }: StoreState): boolean {
  const hasText = Object.values(schema.collections).some(({ fields }) => Object.values(fields).some(({ kind }) => kind === 'text'))
  return hasText && [...changes.live].some(({ seq }) => editsText(changes.sealedContent(seq)))
}
