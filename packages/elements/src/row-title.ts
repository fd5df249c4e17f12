/** The title of a record on a screen: its first short text. */
import type { CollectionDefinition } from '@tombolo/core'

export function rowTitle(collection: CollectionDefinition | undefined, row: unknown): string | null {
  const field = Object.entries(collection?.fields ?? {}).find(([, one]) => one.kind === 'register' && one.value.type === 'string')?.[0]
  const title = field === undefined ? undefined : fieldOf(row, field)
  return typeof title === 'string' && title !== '' ? title : null
}

/** A field of a row whose schema is known at run time only. */
export const fieldOf = (row: unknown, field: string): unknown =>
  typeof row === 'object' && row !== null ? (row as Readonly<Record<string, unknown>>)[field] : undefined
