/** Which writes edit a text in place: merging these takes a text editor, which is loaded only then. */
import type { Content } from '@tombolo/core'
import type { StoreState } from './state.ts'

export const editsText = ({ operations }: Content): boolean => operations.some(({ fields }) => fields.some(({ kind }) => kind === 'edit'))

/** Does a change that is still on top of the records edit a text? */
export function holdsEdits({ schema, changes }: StoreState): boolean {
  const hasText = Object.values(schema.collections).some(({ fields }) => Object.values(fields).some(({ kind }) => kind === 'text'))
  return hasText && [...changes.live].some(({ seq }) => editsText(changes.sealedContent(seq)))
}
