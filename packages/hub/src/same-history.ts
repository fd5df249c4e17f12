import type { CursorPlace } from '@tombolo/core'
import type { SpaceRow } from './storage.ts'

/**
 * Whether a cursor was made in the history that the hub has now; if not, the hub was restored from a backup [Q3]. Nothing is compared behind
 * the horizon, where tags are forgotten, nor at the beginning, which all histories share.
 */
export const isOfSameHistory = (
  { position, tag }: CursorPlace,
  { head, horizon }: Pick<SpaceRow, 'head' | 'horizon'>,
  tagOf: (version: number) => string | null | undefined,
): boolean => position <= head && (position < horizon || position === 0 || tagOf(position) === tag)
