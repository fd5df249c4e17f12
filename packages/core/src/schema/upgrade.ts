/**
 * Upgrades the writes of an older version of the app to this schema. A sealed change keeps its bytes; its upgraded form is judged, merged
 * and shown.
 *
 *   version 1 ── upgrades[1] ──► 2 ── upgrades[2] ──► 3 = schema.version
 *
 * Upgrading and merging commute: merging a change and upgrading the record gives the same as upgrading both and then merging [M7]. So it
 * does not matter whether a replica upgrades before or after a change arrives. Fields that no step names stay as they are.
 */
import type { Content, RecordOperations } from '../change.ts'
import type { RecordState } from '../merge/record.ts'
import { refuse } from './codes.ts'
import type { Before, Refusal, SchemaDefinition } from './definition.ts'

/**
 * The operations of a change in this schema. Refuses with `schema.newer` if the change was made in a later version, and with
 * `schema.cannotUpgrade` if a step is missing or returns null; the change is then kept as failed.
 */
export function upgradeContent(schema: SchemaDefinition, content: Content, before: Before): readonly RecordOperations[] | Refusal {
  if (content.schemaVersion > schema.version) return refuse('schema.newer')
  let operations: readonly RecordOperations[] | null = content.operations
  for (let from = content.schemaVersion; from < schema.version && operations !== null; from++) {
    operations = schema.upgrades[from]?.change(operations, before) ?? null
  }
  return operations ?? refuse('schema.cannotUpgrade')
}

/**
 * A stored record, upgraded to this schema. A record of a version without upgrades stays as it is: nothing stored is dropped.
 * @example upgradeRecordState(app, 1, 'notes', EMPTY_RECORD) === EMPTY_RECORD // true
 */
export function upgradeRecordState(schema: SchemaDefinition, fromVersion: number, collection: string, record: RecordState): RecordState {
  let upgraded = record
  for (let from = fromVersion; from < schema.version; from++) upgraded = schema.upgrades[from]?.record(collection, upgraded) ?? upgraded
  return upgraded
}

/** Whether the upgrades from that version leave the records of a collection unchanged. */
export function leavesRecordsAlone(schema: SchemaDefinition, fromVersion: number, collection: string): boolean {
  for (let from = fromVersion; from < schema.version; from++) {
    const upgrade = schema.upgrades[from]
    if (upgrade !== undefined && (upgrade.collections === undefined || upgrade.collections.includes(collection))) return false
  }
  return true
}
