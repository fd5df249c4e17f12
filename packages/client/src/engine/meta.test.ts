import {
  EMPTY_RECORD,
  type FieldOperation,
  type Json,
  mergeOperations,
  type Name,
  type RecordId,
  type RecordState,
  type Stamp,
} from '@tombolo/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeMeta, encodeMeta } from './meta.ts'

const NAMES = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(22) as Name)
const FIELDS = ['title', 'site', 'kind']
const RECORD = '01890000-0000-7000-8000-000000000000' as RecordId

const names = fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 3 })
const operation: fc.Arbitrary<FieldOperation> = fc.oneof(
  fc.record({
    kind: fc.constant('set' as const),
    field: fc.constantFrom(...FIELDS),
    value: fc.constantFrom<Json>('heron', 7, null, { lat: 46, lon: 14 }),
    over: names,
  }),
  fc.record({
    kind: fc.constant('addTo' as const),
    field: fc.constant('tags'),
    element: fc.constantFrom<Json>('bird', 'shore'),
    over: names,
  }),
  fc.record({ kind: fc.constant('increment' as const), field: fc.constant('visits'), by: fc.integer({ min: -5, max: 5 }) }),
)
const change = fc.record({
  fields: fc.uniqueArray(operation, { selector: ({ field }) => field, maxLength: 5 }),
  unverified: fc.boolean(),
  lifeOver: names,
})
const histories = fc.array(change, { minLength: 1, maxLength: NAMES.length })

function recordOf(changes: readonly { fields: readonly FieldOperation[]; unverified: boolean; lifeOver: readonly Name[] }[]): RecordState {
  return changes.reduce<RecordState>((record, { fields, unverified, lifeOver }, index) => {
    const stamp = (index + 1) as Stamp
    const write = { name: NAMES[index] ?? ('z' as Name), stamp, hubStamp: stamp, by: 'ann', version: index + 1, unverified }
    const operations = { collection: 'notes', record: RECORD, life: 'alive' as const, lifeOver, fields }
    return mergeOperations(record, operations, { ...write, known: () => false, text: null }).record
  }, EMPTY_RECORD)
}

/** The elements of a set are kept with the set's version: a later one only makes them hand on more. */
function withVersionOfSets(record: RecordState): RecordState {
  const fields = Object.entries(record.fields).map(([field, state]) => {
    if (state.kind !== 'set') return [field, state] as const
    const elements = Object.entries(state.elements).map(([key, tags]) => [key, { ...tags, version: state.version }] as const)
    return [field, { ...state, elements: Object.fromEntries(elements) }] as const
  })
  return { ...record, fields: Object.fromEntries(fields) }
}

test('[M1] a record from the disk is the record that was merged, with what entries hand on and which are unverified', () => {
  fc.assert(
    fc.property(histories, (changes) => {
      const record = recordOf(changes)
      expect(decodeMeta(encodeMeta(record))).toEqual(withVersionOfSets(record))
    }),
  )
})

test('a change stands once in the text, however many fields it wrote over the same writes', () => {
  const set = (field: string): FieldOperation => ({ kind: 'set', field, value: field, over: NAMES.slice(1, 3) })
  const record = recordOf([{ fields: FIELDS.map(set), unverified: false, lifeOver: NAMES.slice(1, 3) }])
  expect(encodeMeta(record).split(NAMES[0] ?? '').length - 1).toBe(1)
  expect(decodeMeta(encodeMeta(record))).toEqual(record)
})

test('a change that is over other writes in another field hands on its own in each', () => {
  const set = (field: string, over: readonly Name[]): FieldOperation => ({ kind: 'set', field, value: field, over })
  const [, b, c] = NAMES as [Name, Name, Name]
  const record = recordOf([{ fields: [set('title', [b]), set('site', [c]), set('kind', [b, c])], unverified: false, lifeOver: [] }])
  expect(decodeMeta(encodeMeta(record))).toEqual(record)
})
