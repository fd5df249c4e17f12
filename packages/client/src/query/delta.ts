/** What changed between two lists of rows, as a watcher is told. Rows that did not change are the same objects in both. */
import { type Json, type RecordId, sameJson } from '@tombolo/core'
import type { Row, WatchEvent } from '../engine/port.ts'

export type Delta = Extract<WatchEvent, { type: 'delta' }>

/**
 * Null where nothing changed. Both lists are walked side by side; a row that came or went alone is seen by looking one row ahead,
 * and whatever does not line up is told apart by id in the end.
 */
export function deltaBetween(before: readonly Row[], after: readonly Row[]): Delta | null {
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
  return { type: 'delta', removed: [...left.keys()], upserted, order: came.length > 0 ? after.map((row) => row.id) : null }
}

/** The rows after a delta, in a new array. */
export function applyDelta(before: readonly Row[], { removed, upserted, order }: Delta): readonly Row[] {
  const changed = new Map<RecordId, Row | undefined>()
  for (const id of removed) changed.set(id, undefined)
  for (const row of upserted) changed.set(row.id, row)
  if (order === null) return before.map((row) => (changed.has(row.id) ? changed.get(row.id) : row)).filter((row) => row !== undefined)
  const find = finder(before)
  return order.map((id) => changed.get(id) ?? find(id)).filter((row) => row !== undefined)
}

/** Finds rows by id, fast where they are asked for in nearly the order in which they stand. */
function finder(rows: readonly Row[]): (id: RecordId) => Row | undefined {
  let next = 0
  let byId: Map<RecordId, Row> | null = null
  return (id) => {
    if (rows[next]?.id !== id && rows[next + 1]?.id === id) next++
    const row = rows[next]
    if (row?.id === id) {
      next++
      return row
    }
    byId ??= new Map(rows.map((one) => [one.id, one]))
    return byId.get(id)
  }
}

/** Rows that a page could not tell apart. */
export function sameRow(a: Row, b: Row): boolean {
  if (a === b) return true
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key] || sameJson(jsonOf(a[key]), jsonOf(b[key])))
}

const jsonOf = (value: unknown): Json => (value ?? null) as Json

/** `after` with the objects of `before` where a row is as it was. */
export function withKnownRows(before: readonly Row[], after: readonly Row[]): readonly Row[] {
  const known = new Map(before.map((row) => [row.id, row]))
  return after.map((row) => {
    const was = known.get(row.id)
    return was !== undefined && sameRow(was, row) ? was : row
  })
}
