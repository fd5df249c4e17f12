/**
 * What the hub's records lack of a change that it has applied [Q5]. Its author's device found it missing when it compared records, and
 * sends the change again: the receipt proves that it was applied, the greater attempt says that it is missed.
 */
import {
  type AppliedWrite,
  isCounted,
  isRefusal,
  lostOf,
  type PushedChange,
  type RecordId,
  type RecordOperations,
  type RecordState,
} from '@tombolo/core'
import type { VerdictRow } from '../storage.ts'
import type { IngestContext } from './context.ts'
import type { Layer } from './layer.ts'

/**
 * The version at which a change was applied that its author misses; null if nobody misses it. The receipt must be of this very judgement: one
 * of a history that is lost goes with the attempts of that history, in which its author may have had to try more often than a copy that
 * was first now.
 */
export function missedSince({ receipt, park, attempt }: PushedChange, { outcome, attempt: judged }: VerdictRow): number | null {
  if (outcome.type !== 'applied' || receipt === null || park || attempt <= judged) return null
  return receipt.hubStamp === outcome.hubStamp && receipt.effectiveStamp === outcome.effectiveStamp ? outcome.version : null
}

/**
 * The operations that the records lack; the judged ones themselves if they lack all of them, and none if they lack none. `stored`: records
 * as they were before this push, for its earlier changes may have counted in the same field.
 */
export function missingOf(
  layer: Layer,
  { content }: PushedChange,
  { name, version }: AppliedWrite,
  stored: (collection: string, id: RecordId) => RecordState | null,
  { judge, text }: Pick<IngestContext, 'judge' | 'text'>,
): readonly RecordOperations[] {
  const judged = judge(content, layer.before, { receipt: true })
  if (isRefusal(judged)) return []
  const missing = judged.flatMap((operations) => {
    const { collection, record } = operations
    const before = stored(collection, record) ?? undefined
    return lostOf(layer.before(collection, record), operations, name, { hasCounted: (one) => isCounted(before, one, version), text }) ?? []
  })
  return missing.length === judged.length && missing.every((operations, index) => operations === judged[index]) ? judged : missing
}
