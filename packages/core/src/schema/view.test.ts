import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../canonical.ts'
import type { FieldOperation } from '../change.ts'
import { EMPTY_RECORD, mergeOperations } from '../merge/record.ts'
import { addTo, increment, name, recordOf, removeFrom, sample, setTo, writeOf, writing } from '../test/sample-schema.ts'
import { viewRecord } from './view.ts'

const { notes, people } = sample.collections
const view = (...changes: readonly (readonly FieldOperation[])[]) => viewRecord(notes, recordOf(...changes))

test('a record that nobody wrote has every field, empty', () => {
  expect(viewRecord(notes, EMPTY_RECORD)).toEqual({
    values: {
      title: null,
      body: '',
      tags: [],
      visits: 0,
      observedAt: null,
      seenAt: null,
      count: null,
      quality: null,
      author: null,
      extra: null,
      place: null,
    },
    deleted: false,
    conflicts: [],
  })
})

test('a default is read where nobody wrote', () => {
  expect(viewRecord(people, EMPTY_RECORD).values).toEqual({ name: null, seen: false })
  expect(viewRecord(people, recordOf([setTo('seen', true)])).values).toEqual({ name: null, seen: true })
})

describe('each kind shows what it holds', () => {
  test.each([
    ['a register', 'title', [[setTo('title', 'Heron')]], 'Heron'],
    ['a cleared register', 'observedAt', [[setTo('observedAt', '1977')], [setTo('observedAt', null, [name(1)])]], null],
    ['a text', 'body', [[setTo('body', 'At the weir.')]], 'At the weir.'],
    ['a counter', 'visits', [[increment('visits', 2)], [increment('visits', -3)]], -1],
    ['a set, in canonical order', 'tags', [[addTo('tags', 'b')], [addTo('tags', 'a')], [addTo('tags', 'B')]], ['B', 'a', 'b']],
    ['a set without what was taken out', 'tags', [[addTo('tags', 'a'), addTo('tags', 'b')], [removeFrom('tags', 'a', [name(1)])]], ['b']],
    ['a set without what is taken out before it arrives', 'tags', [[removeFrom('tags', 'a', [name(9)])]], []],
    ['a group', 'place', [[setTo('place', { lat: 1, lon: 2, alt: 3 })]], { lat: 1, lon: 2, alt: 3 }],
    ['a group of before a member was added', 'place', [[setTo('place', { lat: 1, lon: 2 })]], { lat: 1, lon: 2, alt: null }],
    ['a cleared group', 'place', [[setTo('place', null)]], null],
    ['of concurrent writes the one that the rule says', 'count', [[setTo('count', 7)], [setTo('count', 3)]], 7],
  ] as const)('%s', (_, field, changes, expected) => {
    expect(view(...changes).values[field]).toEqual(expected)
  })

  test('fields that the schema does not know are not shown', () => {
    expect(view([setTo('later', 1)]).values).not.toHaveProperty('later')
  })
})

describe('[M4] conflicts name the fields that wait for a person', () => {
  test.each([
    ['different values under review', [[setTo('quality', 'poor')], [setTo('quality', 'good')]], ['quality']],
    ['equal values are none', [[setTo('quality', 'good')], [setTo('quality', 'good')]], []],
    ['one that saw the other is none', [[setTo('quality', 'poor')], [setTo('quality', 'good', [name(1)])]], []],
    ['another rule asks nobody', [[setTo('title', 'a')], [setTo('title', 'b')]], []],
  ] as const)('%s', (_, changes, expected) => {
    expect(view(...changes).conflicts).toEqual(expected)
  })

  test('a record that one deletes and another writes to', () => {
    const written = recordOf([setTo('title', 'Heron')])
    const deleted = mergeOperations(written, writing([], { life: 'deleted', lifeOver: [name(1)] }), writeOf(2)).record
    expect(viewRecord(notes, deleted)).toMatchObject({ deleted: true, conflicts: [] })
    const both = mergeOperations(deleted, writing([setTo('title', 'Egret', [name(1)])], { lifeOver: [name(1)] }), writeOf(3)).record
    expect(viewRecord(notes, both)).toMatchObject({ deleted: false, conflicts: ['$life'], values: { title: 'Egret' } })
  })
})

test('a set shows each element that was added and not taken out, once, in the order of canonical JSON', () => {
  const element = fc.constantFrom('a', 'b', 'B', '10', '9', 'ž')
  fc.assert(
    fc.property(fc.array(element, { maxLength: 8 }), fc.array(element), (added, removed) => {
      const adds = added.map((tag) => [addTo('tags', tag)])
      const seen = (tag: string) => added.flatMap((other, index) => (other === tag ? [name(index + 1)] : []))
      const removals = [...new Set(removed)].map((tag) => removeFrom('tags', tag, seen(tag)))
      const expected = [...new Set(added)]
        .filter((tag) => !removed.includes(tag))
        .map(canonicalJson)
        .sort()
      expect(view(...adds, removals).values['tags']).toEqual(expected.map((text) => JSON.parse(text) as string))
    }),
  )
})
