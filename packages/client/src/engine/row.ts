/** Rows as a page receives them: the fields of a record, and Tombolo's `$` fields about it. */
import type { Json, RecordId, SpaceId } from '@tombolo/core'
import type { FailedValue, RecordStatus, Row } from './port.ts'

export interface RowParts {
  readonly collection: string
  readonly id: RecordId
  readonly space: SpaceId
  readonly values: Readonly<Record<string, Json>>
  readonly state: RecordStatus
  readonly version: number
  readonly edited: number
  readonly conflicts: readonly string[]
  readonly failed: Readonly<Record<string, FailedValue>> | null
}

export const rowOf = (parts: RowParts): Row => ({
  ...parts.values,
  id: parts.id,
  space: parts.space,
  $collection: parts.collection,
  $state: parts.state,
  $version: `${parts.version}.${parts.edited}`,
  $conflicts: parts.conflicts,
  $failed: parts.failed,
})
