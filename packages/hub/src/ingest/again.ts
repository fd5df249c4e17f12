/**
 * What the hub's records lack of a change that it has applied [Q5]. Its author's device found it missing when it compared records, and
 * sends the change again: the receipt proves that it was applied, the greater attempt says that it is missed.
 */
import { isRefusal, lostOf, type Name, type PushedChange, type RecordOperations } from '@tombolo/core'
import type { VerdictRow } from '../storage.ts'
import type { IngestContext } from './context.ts'
import type { Layer } from './layer.ts'

/** Whether a change that was applied is missed by its author. */
export const isMissed = ({ receipt, park, attempt }: PushedChange, old: VerdictRow): boolean =>
  old.outcome.type === 'applied' && receipt !== null && !park && attempt > old.attempt

/** The operations that the records lack; the judged ones themselves if they lack all of them, and none if they lack none. */
export function missingOf(
  layer: Layer,
  { content }: PushedChange,
  name: Name,
  { judge, text }: Pick<IngestContext, 'judge' | 'text'>,
): readonly RecordOperations[] {
  const judged = judge(content, layer.before, { receipt: true })
  if (isRefusal(judged)) return []
  const missing = judged.flatMap((operations) => {
    const held = layer.held(operations.collection, operations.record)
    // A record that the database did not have cannot have counted anything.
    const isCounted = held !== null && !held.isNew
    return lostOf(held?.state, operations, name, { isCounted, text }) ?? []
  })
  return missing.length === judged.length && missing.every((operations, index) => operations === judged[index]) ? judged : missing
}
