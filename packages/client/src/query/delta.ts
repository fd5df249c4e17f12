/** What changed between two lists of rows, as a watcher is told. Rows that did not change are the same objects in both. */
import { type Json, type RecordId, sameJson } from '@tombolo/core'
import type { Row, WatchEvent } from '../engine/port.ts'

export type Delta = Extract<WatchEvent, { type: 'delta' }>

/** Null where nothing changed. Costs what lies between the first and the last difference. */
export function deltaBetween(before: readonly Row[], after: readonly Row[]): Delta | null {
  const [start, end] = commonEnds(before, after)
  if (start + end === before.length && before.length === after.length) return null
  const old = new Map<RecordId, Row>()
  for (let index = start; index < before.length - end; index++) keep(old, before[index])
  const upserted: Row[] = []
  let hasNew = false
  const kept: RecordId[] = []
  for (const row of after.slice(start, after.length - end)) {
    const was = old.get(row.id)
    if (was !== row) upserted.push(row)
    if (was === undefined) hasNew = true
    else kept.push(row.id)
  }
  for (const id of kept) old.delete(id)
  const moved = hasNew || !isInOrder(kept, before, start)
  return { type: 'delta', removed: [...old.keys()], upserted, order: moved ? after.map((row) => row.id) : null }
}

function commonEnds(before: readonly Row[], after: readonly Row[]): [start: number, end: number] {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start++
  let end = 0
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  return [start, end]
}

const keep = (rows: Map<RecordId, Row>, row: Row | undefined): void => {
  if (row !== undefined) rows.set(row.id, row)
}

/** Do these stand in this order in `before`, from `start` on? */
function isInOrder(ids: readonly RecordId[], before: readonly Row[], start: number): boolean {
  let index = start
  for (const id of ids) {
    while (index < before.length && before[index]?.id !== id) index++
    if (index === before.length) return false
  }
  return true
}

/** The rows after a delta, in a new array. */
export function applyDelta(before: readonly Row[], { removed, upserted, order }: Delta): readonly Row[] {
  const rows = new Map(before.map((row) => [row.id, row]))
  for (const id of removed) rows.delete(id)
  for (const row of upserted) rows.set(row.id, row)
  if (order === null) return [...rows.values()]
  return order.map((id) => rows.get(id)).filter((row) => row !== undefined)
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
