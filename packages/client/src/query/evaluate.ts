/**
 * Evaluates plans in JavaScript, for one row, so that a change can be placed in a live query without running a statement. A property test
 * proves that it agrees with compile.ts for every kind of column and comparison.
 */
import { canonicalJson, type Json } from '@tombolo/core'
import type { Row } from '../engine/port.ts'
import type { QueryColumn } from './fields.ts'
import type { Comparable, Plan, Test } from './plan.ts'

/** Whether an existing row matches a plan. Search words are ignored. */
export function predicateOf({ space, tests }: Plan): (row: Row) => boolean {
  const checks = tests.map(checkOf)
  return (row) => {
    if (space !== null && row.space !== space) return false
    for (const check of checks) if (!check(row)) return false
    return true
  }
}

/** The order of a plan that is not ranked: negative where `a` goes before `b`, zero only for the same id. */
export function comparatorOf({ order }: Plan): (a: Row, b: Row) => number {
  const terms = order.map(({ column, descending }) => ({ value: valueOf(column), sign: descending ? -1 : 1 }))
  return (a, b) => {
    for (const { value, sign } of terms) {
      const difference = compareValues(value(a), value(b))
      if (difference !== 0) return sign * difference
    }
    return 0
  }
}

/** SQLite's order for the values of one column: null, then numbers by size, then text by code points. */
export function compareValues(a: Comparable, b: Comparable): number {
  if (a === b) return 0
  if (a === null) return -1
  if (b === null) return 1
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1
  return typeof b === 'number' ? 1 : compareCodePoints(a, b)
}

/** The order of UTF-8 bytes. JavaScript's own is by UTF-16 units, which puts the surrogates of `😀` before `ﬀ`. */
export function compareCodePoints(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length)
  for (let index = 0; index < shorter; index++) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)]
    if (left !== right) return rankOfUnit(left) - rankOfUnit(right)
  }
  return a.length - b.length
}

/** Ranks surrogates after every other unit. */
const rankOfUnit = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)

function checkOf(test: Test): (row: Row) => boolean {
  switch (test.type) {
    case 'compare':
      return compareCheck(test.column, test.comparison, test.value)
    case 'in': {
      const value = valueOf(test.column)
      const values = new Set<Comparable>(test.values)
      if (test.orNull) values.add(null)
      return (row) => values.has(value(row))
    }
    case 'contains':
      return (row) => ((test.column.read(row) ?? []) as readonly Json[]).some((element) => canonicalJson(element) === test.element)
    case 'group': {
      const checks = test.members.map(({ column, value }) => compareCheck(column, '=', value))
      return (row) => checks.every((check) => check(row)) === test.equal
    }
  }
}

function compareCheck(column: QueryColumn, comparison: '=' | '!=' | '<' | '<=' | '>' | '>=', than: Comparable): (row: Row) => boolean {
  const value = valueOf(column)
  const isBeside = (row: Row, test: (difference: number) => boolean): boolean => {
    const found = value(row)
    return found !== null && test(compareValues(found, than))
  }
  switch (comparison) {
    case '=':
      return (row) => value(row) === than
    case '!=':
      return (row) => value(row) !== than
    case '<':
      return (row) => isBeside(row, (difference) => difference < 0)
    case '<=':
      return (row) => isBeside(row, (difference) => difference <= 0)
    case '>':
      return (row) => isBeside(row, (difference) => difference > 0)
    case '>=':
      return (row) => isBeside(row, (difference) => difference >= 0)
  }
}

/** The value of a row as its column stores it. */
function valueOf({ kind, read }: QueryColumn): (row: Row) => Comparable {
  switch (kind) {
    case 'text':
    case 'number':
      return (row) => (read(row) ?? null) as Comparable
    case 'boolean':
      return (row) => {
        const value = read(row)
        return value === true ? 1 : value === false ? 0 : null
      }
    case 'json':
    case 'set':
      return (row) => {
        const value = (read(row) ?? null) as Json
        return value === null ? null : canonicalJson(value)
      }
  }
}
