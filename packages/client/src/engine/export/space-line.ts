/** A space in a download: `{ id, created, version, head, completeAt, newerSince, role }`. Its name is in its own record. */
import { isSpaceId, type SpaceId, type Standing, STANDINGS } from '@tombolo/core'
import type { SqlRow } from '../../storage/port.ts'
import { countIn, countOrNullIn, damaged, flagIn, objectOf, timeOrNullIn, timeTextOrNull } from './line.ts'

export interface SpaceLine {
  readonly id: SpaceId
  /** It was made on the device, and the hub has not answered yet. */
  readonly created: boolean
  readonly version: number
  readonly head: number
  readonly completeAt: number | null
  readonly newerSince: number | null
  /** What the account might do in it, if the hub had said so. */
  readonly role: Standing | null
}

export const writeSpaceLine = (row: SqlRow): string =>
  JSON.stringify({
    id: row['id'],
    created: row['created'] === 1,
    version: row['version'],
    head: row['head'],
    completeAt: timeTextOrNull(row['complete_at'] as number | null),
    newerSince: row['newer_since'],
    role: row['role'],
  })

export function readSpaceLine(text: string): SpaceLine {
  const line = objectOf(text)
  const { id } = line
  return {
    id: isSpaceId(id) ? id : damaged('a space has no id'),
    created: flagIn(line, 'created'),
    version: countIn(line, 'version'),
    head: countIn(line, 'head'),
    completeAt: timeOrNullIn(line, 'completeAt'),
    newerSince: countOrNullIn(line, 'newerSince'),
    role: STANDINGS.find((standing) => standing === line['role']) ?? null,
  }
}
