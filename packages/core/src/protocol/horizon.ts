/**
 * The horizon: the version of a space up to which the hub has forgotten deleted records [Q4]. Device and hub drop the same ones, by this
 * one rule. It reads no schema, because a device may have another one than the hub.
 */
import type { RecordState } from '../merge/record.ts'
import { SPACE_COLLECTION } from '../schema/definition.ts'

/**
 * Whether a confirmed record is forgotten at this horizon: everyone who has a say deleted it, and nobody has written it since. A deletion
 * beside an edit is kept, whatever `onDelete` shows of the two, and so is the record that describes the space, for it tells whether the
 * space is deleted.
 */
export function isForgotten(collection: string, { version, life }: Pick<RecordState, 'version' | 'life'>, horizon: number): boolean {
  if (collection === SPACE_COLLECTION || version > horizon) return false
  return life.entries.length > 0 && life.entries.every(({ value }) => value === 'deleted')
}
