/**
 * I-OVER: what somebody writes stands over all that they had written there themselves and that waits or was refused, and over what that stood
 * over: so that refusing any of it brings nothing back [M8].
 */
import { type FieldOperation, type Intent, type Name, OVER_MAX, OVER_OWN_MAX, parseContent, type RecordOperations } from '@tombolo/core'
import { Broken } from '../broken.ts'
import type { Device } from '../device/device.ts'

interface OwnWrite {
  readonly name: Name | null
  readonly over: readonly Name[]
}

/** Looks at a save that was confirmed right now. */
export function standsOverOwn(device: Device, intent: Intent, seq: number): void {
  const [saved] = device.changesWhere('seq = ? AND intent = ?', seq, intent)
  if (saved === undefined) return
  for (const { record, fields } of parseContent(saved.content).operations) {
    const sets = fields.filter(isSet)
    if (sets.length === 0) continue
    const earlier = device.changesWhere(WAITS_OR_FAILED, saved.space, seq, record).map((row) => ({ ...row, ...parseContent(row.content) }))
    for (const { field, over } of sets) {
      const own = earlier.flatMap(({ name, operations }) => writesOf(name, operations, record, field))
      const missing = missingIn(over, own)
      if (missing !== null)
        throw new Broken(
          'I-OVER',
          `${device.name}: ${intent} is not over ${missing} in ${field} of ${record}, which its author had written over`,
        )
    }
  }
}

/** One that has a version may be in the records already, and what was written over it too. */
const WAITS_OR_FAILED = "space = ? AND seq < ? AND status IN ('queued', 'failed') AND version IS NULL AND instr(content, ?) > 0"

const isSet = (operation: FieldOperation): operation is Extract<FieldOperation, { kind: 'set' }> => operation.kind === 'set'

const writesOf = (name: Name | null, operations: readonly RecordOperations[], record: string, field: string): readonly OwnWrite[] =>
  operations
    .filter((other) => other.record === record)
    .flatMap(({ fields }) => fields.filter(isSet).filter((other) => other.field === field))
    .map(({ over }) => ({ name, over }))

/** A name that is missing; null where none is, or where there are more than a write may name. */
function missingIn(over: readonly Name[], own: readonly OwnWrite[]): Name | null {
  const due = new Set(own.flatMap(({ name, over: before }) => (name === null ? [] : [name, ...before])))
  if (due.size > OVER_OWN_MAX || over.length >= OVER_MAX) return null
  const named = new Set(over)
  for (const name of due) if (!named.has(name)) return name
  return null
}
