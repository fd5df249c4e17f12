/** What is drafted and shown of a new record without asking what was there is what drafting, merging and showing make of it. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, type Json } from '../canonical.ts'
import type { Name, RecordId } from '../ids.ts'
import { OwnWrites } from '../merge/over.ts'
import { EMPTY_RECORD, mergeOperations } from '../merge/record.ts'
import { type DraftContext, draftOperations } from '../outbox/draft.ts'
import { type Stamp, STAMP_MAX } from '../stamp.ts'
import { collection, schema } from './build.ts'
import { boolean, counter, group, integer, json, number, set, string, text } from './fields.ts'
import { viewAdded, viewRecord } from './view.ts'

const app = schema({
  version: 1,
  collections: {
    notes: collection({
      title: string(),
      body: text(),
      tags: set(string()),
      marks: set(json()),
      visits: counter(),
      done: boolean().default(false),
      any: json().optional().review(),
      place: group({ lat: number(), lon: number(), alt: integer().optional() }).optional(),
    }),
    sums: collection({ title: string().custom(() => 'chosen'), visits: counter() }),
  },
})
const { notes, sums } = app.collections

const someJson = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.constant(null),
  fc.dictionary(fc.string(), fc.integer(), { maxKeys: 3 }),
) as fc.Arbitrary<Json>

const someValues = fc.record(
  {
    title: fc.string(),
    body: fc.string(),
    tags: fc.array(fc.string({ maxLength: 2 }), { maxLength: 6 }),
    marks: fc.array(someJson, { maxLength: 6 }),
    visits: fc.integer({ min: -3, max: 3 }),
    done: fc.option(fc.boolean()),
    any: fc.option(someJson),
    place: fc.option(fc.record({ lat: fc.double({ noNaN: true }), lon: fc.double({ noNaN: true }) })),
  },
  { requiredKeys: [] },
)

const context: DraftContext = {
  collection: notes,
  record: '01890000-0000-7000-8000-000000000001' as RecordId,
  view: undefined,
  ownWrites: () => new OwnWrites(),
  durableThrough: 0,
  unsealed: undefined,
  text: null,
}

const write = {
  name: 'AAAAAAAAAAAAAAAAAAAAAB' as Name,
  stamp: 1 as Stamp,
  hubStamp: STAMP_MAX,
  by: '',
  version: 0,
  unverified: false,
  known: () => false,
  text: null,
}

test('a new record is drafted as any other', () => {
  fc.assert(
    fc.property(someValues, (values) => {
      const add = { type: 'add', values } as const
      expect(draftOperations(context, [add])).toEqual(draftOperations(context, [{ type: 'restore' }, add]))
    }),
  )
})

test('a new record is shown as any other', () => {
  fc.assert(
    fc.property(someValues, (values) => {
      const operations = draftOperations(context, [{ type: 'add', values }])
      const shown = viewRecord(notes, mergeOperations(EMPTY_RECORD, operations, write).record)
      const added = viewAdded(notes, operations)
      expect(added).toEqual(shown)
      expect(Object.keys(added?.values ?? {})).toEqual(Object.keys(shown.values))
      expect(canonicalJson(added?.values ?? {})).toBe(canonicalJson(shown.values))
    }),
  )
})

test('what only merging tells is left to it', () => {
  const added = draftOperations({ ...context, collection: sums }, [{ type: 'add', values: { title: 'Heron' } }])
  expect(viewAdded(sums, added)).toBeNull()
  const emptied = draftOperations(context, [{ type: 'add', values: { title: 'Heron' } }, { type: 'delete' }])
  expect(viewAdded(notes, emptied)).toBeNull()
})
