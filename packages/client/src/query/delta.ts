/** The differences between two lists of rows, as passed to watchers. Unchanged rows are the same objects in both. */
import { type Json, type RecordId, sameJson } from '@tombolo/core'
import type { Row, WatchEvent } from '../engine/port.ts'

export type Delta = Extract<WatchEvent, { type: 'delta' }>

/**
 * The delta; null if nothing changed. Both lists are walked in parallel. Looking one row ahead detects a single added or removed row; any
 * other difference is resolved by id at the end. Rows are compared as objects, so their content is not read.
 */
export function deltaBetween(
  before: readonly Row[],
  after: readonly Row[],
  idsAfter: () => readonly RecordId[] = () => idsOf(after),
): Delta | null {
  const left = new Map<RecordId, Row>()
  const came: Row[] = []
  const upserted: Row[] = []
  let at = 0
  for (let index = 0; index < after.length; index++) {
    const [was, now] = [before[at], after[index]]
    if (now === undefined) continue
    if (was === undefined || (was !== now && was === after[index + 1])) came.push(now)
    else {
      at++
      if (was === now) continue
      if (was.id === now.id) upserted.push(now)
      else {
        left.set(was.id, was)
        if (before[at] === now) at++
        else came.push(now)
      }
    }
  }
  for (const row of before.slice(at)) left.set(row.id, row)
  if (left.size === 0 && came.length === 0 && upserted.length === 0) return null
  for (const row of came) {
    if (left.get(row.id) !== row) upserted.push(row)
    left.delete(row.id)
  }
  return { type: 'delta', removed: [...left.keys()], upserted, order: came.length > 0 ? idsAfter() : null }
}

const idsOf = (rows: readonly Row[]): readonly RecordId[] => rows.map((row) => row.id)

/** Rows with a parallel list of their ids, so that applying a delta does not read the rows. */
export interface RowList {
  readonly ids: readonly RecordId[]
  readonly rows: readonly Row[]
}

export const EMPTY_LIST: RowList = { ids: [], rows: [] }
export const listOf = (rows: readonly Row[]): RowList => ({ ids: idsOf(rows), rows })

/** The rows after a delta, in a new array. */
export const applyDelta = (before: readonly Row[], delta: Delta): readonly Row[] => followDelta(listOf(before), delta).rows

/** Like `applyDelta`, for callers that keep the ids too; `before` is not altered. */
export function followDelta(before: RowList, { removed, upserted, order }: Delta): RowList {
  const changed = new Map<RecordId, Row | null>()
  for (const id of removed) changed.set(id, null)
  for (const row of upserted) changed.set(row.id, row)
  const ids = order ?? (removed.length === 0 ? before.ids : before.ids.filter((id) => changed.get(id) !== null))
  const find = finder(before)
  const rows = ids.map((id) => changed.get(id) ?? find(id)).filter((row) => row !== undefined)
  return { ids, rows }
}

/** Finds rows by id; fast if they are asked for in nearly the order of the list. */
function finder({ ids, rows }: RowList): (id: RecordId) => Row | undefined {
  let next = 0
  let places: Map<RecordId, number> | null = null
  return (id) => {
    if (ids[next] !== id && ids[next + 1] === id) next++
    if (ids[next] === id) return rows[next++]
    places ??= new Map(ids.map((one, index) => [one, index]))
    next = (places.get(id) ?? rows.length) + 1
    return rows[next - 1]
  }
}

/** Whether two rows are equal for a page. */
export function sameRow(a: Row, b: Row): boolean {
  if (a === b) return true
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key] || sameJson(jsonOf(a[key]), jsonOf(b[key])))
}

const jsonOf = (value: unknown): Json => (value ?? null) as Json

/** `after`, reusing the objects of `before` for unchanged rows. */
export function withKnownRows(before: readonly Row[], after: readonly Row[]): readonly Row[] {
  const known = new Map(before.map((row) => [row.id, row]))
  return after.map((row) => {
    const was = known.get(row.id)
    return was !== undefined && sameRow(was, row) ? was : row
  })
}
