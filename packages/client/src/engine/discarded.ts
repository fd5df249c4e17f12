/**
 * Which intents their author discarded. Whoever asks what became of a change that this device has no more is answered by this: it was
 * discarded, or the hub has applied it so long ago that nothing of it need be kept.
 */
import type { Intent } from '@tombolo/core'
import type { StoreState } from './state.ts'

const KEY = 'discarded'
/** The newest: pages ask about what they have just saved. */
const DISCARDED_MAX = 1000

export const isDiscarded = (state: StoreState, intent: Intent): boolean => discarded(state).includes(intent)

export function noteDiscarded(state: StoreState, intent: Intent): void {
  state.write(KEY, [intent, ...discarded(state)].slice(0, DISCARDED_MAX).join(' '))
}

/** A form was saved again under the intent that it had. */
export function noteSavedAgain(state: StoreState, intent: Intent): void {
  const known = discarded(state)
  if (known.includes(intent)) state.write(KEY, known.filter((other) => other !== intent).join(' '))
}

function discarded({ database }: StoreState): readonly string[] {
  const value = database.prepare('SELECT value FROM _meta WHERE key = ?').get(KEY)?.['value']
  return typeof value === 'string' ? value.split(' ') : []
}
