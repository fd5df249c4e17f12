/** What a test expects of a field, as functions that Vitest takes for matchers. */
import type { Schema } from '@tombolo/core'
import type { FieldDevice } from './field/device.ts'
import type { Field } from './field/field.ts'

/** Matchers for fields and devices; `expect` of Vitest has them once `@tombolo/testkit/vitest` is imported. */
export interface FieldMatchers {
  /** Of a device: the hub has everything from it, it has everything from the hub, and nothing was refused. */
  toHaveSynced(): void
  /** Of a device: a collection has as many records as are given here, each with these values, in any order. */
  toShow(collection: string, rows: readonly object[]): Promise<void>
  /** Of a field: all devices of an account show the same, and so does a new one. */
  toAgree(): Promise<void>
  /** Of a field: what was saved is with the hub or on a device, or was discarded by its author. */
  toHaveLostNothing(): void
}

interface Outcome {
  readonly pass: boolean
  readonly message: () => string
  readonly actual?: unknown
  readonly expected?: unknown
}

/** What Vitest gives to a matcher. */
interface MatcherState {
  readonly equals: (a: unknown, b: unknown) => boolean
}

type Device = FieldDevice<Schema>

export const matchers = {
  toHaveSynced(device: Device): Outcome {
    const { name } = device
    return outcome(device.unsynced(), `${name} is not in sync with the hub`, `${name} is in sync with the hub`)
  },

  async toShow(this: MatcherState, device: Device, collection: string, expected: readonly object[]): Promise<Outcome> {
    const reader = device.store.db[collection]
    if (reader === undefined) throw new RangeError(`the schema has no collection '${collection}'`)
    const rows: readonly object[] = await reader.all()
    const pass = rows.length === expected.length && pairs(expected, rows, (values, row) => this.equals(picked(row, values), values))
    const names = [...new Set(expected.flatMap((values) => Object.keys(values)))]
    const actual = rows.map((row) => Object.fromEntries(names.map((name) => [name, (row as Readonly<Record<string, unknown>>)[name]])))
    return { pass, message: () => `${device.name} shows ${pass ? 'just these' : 'other'} ${collection}`, actual, expected }
  },

  async toAgree(field: Field<Schema>): Promise<Outcome> {
    return outcome(await field.differences(), 'devices and hub differ', 'devices and hub agree')
  },

  toHaveLostNothing(field: Field<Schema>): Outcome {
    return outcome(field.lost(), 'saved work is lost', 'nothing is lost')
  },
} as const

/** Passes if there is no fault. */
const outcome = (faults: readonly string[], failed: string, passed: string): Outcome => ({
  pass: faults.length === 0,
  message: () => (faults.length === 0 ? passed : [`${failed}:`, ...faults].join('\n  ')),
})

/** The members of a row that are expected; those that it lacks are left out. */
const picked = (row: object, expected: object): object =>
  Object.fromEntries(Object.entries(row).filter(([name]) => Object.hasOwn(expected, name)))

/** Whether each of `as` has a partner of its own among `bs`. */
function pairs<A, B>(as: readonly A[], bs: readonly B[], fit: (a: A, b: B) => boolean): boolean {
  const [first, ...others] = as
  if (first === undefined) return true
  return bs.some((b, index) => fit(first, b) && pairs(others, bs.toSpliced(index, 1), fit))
}
