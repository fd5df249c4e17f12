/**
 * The intents that their author discarded. A change that is no longer on this device was either discarded, or applied so long ago that
 * nothing of it had to be kept; this list in `_meta` tells which.
 */
import type { Intent } from '@tombolo/core'
import type { StoreState } from './state.ts'

const KEY = 'discarded'
/** Only the newest are kept: pages ask about changes that they have just saved. */
const DISCARDED_MAX = 1000

export const isDiscarded = (state: StoreState, intent: Intent): boolean => discarded(state).includes(intent)

export function noteDiscarded(state: StoreState, intent: Intent): void {
  state.write(KEY, [intent, ...discarded(state)].slice(0, DISCARDED_MAX).join(' '))
}

/** Removes an intent, because a form was saved again under it. */
export function noteSavedAgain(state: StoreState, intent: Intent): void {
  const known = discarded(state)
  if (known.includes(intent)) state.write(KEY, known.filter((other) => other !== intent).join(' '))
}

function discarded({ database }: StoreState): readonly string[] {
  const value = database.prepare('SELECT value FROM _meta WHERE key = ?').get(KEY)?.['value']
  return typeof value === 'string' ? value.split(' ') : []
}
