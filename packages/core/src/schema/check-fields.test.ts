import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '../canonical.ts'
import { collection, schema } from './build.ts'
import { checkFields } from './check-fields.ts'
import { isRefusal } from './codes.ts'
import { counter, date, group, integer, number, set, string, text } from './fields.ts'
import { judge } from './judge.ts'
import { OwnWrites } from '../merge/over.ts'
import { draftOperations } from '../outbox/draft.ts'
import type { Intent, RecordId, SpaceId } from '../ids.ts'
import type { Stamp } from '../stamp.ts'

const between = (min: number, max: number) => (value: number) => (value >= min && value <= max ? null : `Between ${min} and ${max}.`)

const app = schema({
  version: 1,
  collections: {
    notes: collection({
      title: string().optional(),
      body: text().check((body) => (body.includes('\0') ? 'No zeros.' : null)),
      tags: set(string()).check((tag) => (tag === '' ? 'An empty tag.' : null)),
      visits: counter(),
      seen: date().optional(),
      count: integer().check(between(0, 10)).optional(),
      place: group({ lat: number().check(between(-90, 90)), accuracy: number().optional() }).optional(),
    }),
  },
})
const { notes } = app.collections

describe('[P5] values that are checked before a save', () => {
  test.each<[string, Readonly<Record<string, Json>>, readonly string[]]>([
    ['nothing', {}, []],
    ['values that fit', { title: 'Heron', tags: ['a', 'a'], visits: 2, seen: '1977-07', place: { lat: 46 }, count: null }, []],
    ['a check', { count: 11 }, ['count value.invalid Between 0 and 10.']],
    ['a member of a group', { place: { lat: 91 } }, ['place.lat value.invalid Between -90 and 90.']],
    [
      'a member that is missing',
      { place: { accuracy: 3 } },
      ["place group.partial 'lat' was not given, and there is nothing to take it from."],
    ],
    ['an element of a set', { tags: ['a', ''] }, ['tags value.invalid An empty tag.']],
    [
      'every field at once',
      { count: -1, visits: 0.5 },
      ['count value.invalid Between 0 and 10.', 'visits value.type A whole number up to 1000000000 is wanted here.'],
    ],
    ['a field that there is not', { colour: 1 }, ['colour schema.unknownField The collection has no field of this name.']],
    ['a name that every object has', { toString: 1 }, ['toString schema.unknownField The collection has no field of this name.']],
  ])('%s', (_, values, faults) => {
    expect(checkFields(notes, values).map(({ field, code, message }) => `${field} ${code} ${message}`)).toEqual(faults)
  })

  test('are let through just where a save of a new record is', () => {
    const anything = fc.oneof(fc.constant(null), fc.string({ maxLength: 3 }), fc.double(), fc.integer({ min: -12, max: 100 }), fc.boolean())
    const values = fc.record(
      {
        title: anything,
        body: anything,
        tags: fc.array(fc.string({ maxLength: 2 })),
        visits: fc.oneof(fc.integer(), fc.double()),
        seen: fc.oneof(anything, fc.constantFrom('1977', '1977-07', '1977-13')),
        count: anything,
        place: fc.oneof(fc.constant(null), fc.record({ lat: anything, accuracy: anything }, { requiredKeys: [] })),
      },
      { requiredKeys: [] },
    ) as fc.Arbitrary<Readonly<Record<string, Json>>>
    fc.assert(
      fc.property(values, (given) => {
        expect(checkFields(notes, given).length === 0).toBe(!isRefusal(judged(given)))
      }),
    )
  })
})

function judged(values: Readonly<Record<string, Json>>): ReturnType<typeof judge> {
  const record = '00000000-0000-7000-8000-000000000001' as RecordId
  const context = {
    collection: notes,
    record,
    view: undefined,
    ownWrites: () => new OwnWrites(),
    durableThrough: 0,
    unsealed: undefined,
    text: null,
  }
  const content = {
    intent: 'AAAAAAAAAAAAAAAAAAAAAA' as Intent,
    stamp: 1 as Stamp,
    space: '00000000-0000-7000-8000-000000000002' as SpaceId,
    schemaVersion: 1,
    label: null,
    operations: [draftOperations(context, [{ type: 'add', values }])],
  }
  return judge(app, content, () => undefined)
}
