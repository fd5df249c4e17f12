import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson, type Json } from '../canonical.ts'
import type { FieldOperation, RecordOperations } from '../change.ts'
import { EMPTY_RECORD, mergeOperations, type RecordState } from '../merge/record.ts'
import { addTo, contentOf, increment, name, NOTE, recordOf, removeFrom, setTo, writeOf, writing } from '../test/sample-schema.ts'
import { collection, schema } from './build.ts'
import type { Upgrade } from './definition.ts'
import { counter, group, number, set, string } from './fields.ts'
import { judgeGroup } from './group.ts'
import { isRefusal } from './codes.ts'
import { deriveField, dropField, inOrder, mapValue, renameField, unchanged } from './upgrade-steps.ts'
import { leavesRecordsAlone, upgradeContent, upgradeRecordState } from './upgrade.ts'

const nothing = () => undefined
const fields = { heading: string(), tags: set(string()), visits: counter() }
const app = schema({
  version: 3,
  collections: { notes: collection(fields) },
  upgrades: { 1: renameField('notes', 'title', 'label'), 2: renameField('notes', 'label', 'heading') },
})

describe('step by step to the version of the schema', () => {
  test.each([
    [1, 'title'],
    [2, 'label'],
    [3, 'heading'],
  ])('from version %i', (version, field) => {
    const content = contentOf([writing([setTo(field, 'Heron')])], { schemaVersion: version })
    expect(upgradeContent(app, content, nothing)).toEqual([writing([setTo('heading', 'Heron')])])
    const record = recordOf([setTo(field, 'Heron')])
    expect(upgradeRecordState(app, version, 'notes', record)).toEqual(recordOf([setTo('heading', 'Heron')]))
  })

  test('what no step names stays as it is, known to the schema or not', () => {
    const record = recordOf([setTo('later', 1), increment('visits', 1)])
    expect(upgradeRecordState(app, 1, 'notes', record)).toBe(record)
    expect(upgradeRecordState(app, 1, 'papers', recordOf([setTo('title', 'a')]))).toEqual(recordOf([setTo('title', 'a')]))
  })

  test('a newer change waits for a newer app', () => {
    expect(upgradeContent(app, contentOf([], { schemaVersion: 4 }), nothing)).toMatchObject({ code: 'schema.newer' })
  })

  test('a change that cannot be upgraded is refused, never dropped', () => {
    const young = schema({
      version: 3,
      oldest: 2,
      collections: { notes: collection(fields) },
      upgrades: { 2: { ...unchanged, change: () => null } },
    })
    expect(upgradeContent(young, contentOf([], { schemaVersion: 1 }), nothing)).toMatchObject({ code: 'schema.cannotUpgrade' })
    expect(upgradeContent(young, contentOf([], { schemaVersion: 2 }), nothing)).toMatchObject({ code: 'schema.cannotUpgrade' })
  })

  test('a step is given the record as it stands', () => {
    const asked: string[] = []
    const curious: Upgrade = {
      ...unchanged,
      change: (operations, before) => (asked.push(JSON.stringify(before('notes', NOTE)?.version)), operations),
    }
    const schemaOf = schema({ version: 2, collections: { notes: collection(fields) }, upgrades: { 1: curious } })
    upgradeContent(schemaOf, contentOf([], { schemaVersion: 1 }), () => EMPTY_RECORD)
    expect(asked).toEqual(['0'])
  })
})

const upper = (value: Json): Json => (typeof value === 'string' ? `${value}'` : value)
const steps: readonly [string, Upgrade][] = [
  ['unchanged', unchanged],
  ['renameField', renameField('notes', 'title', 'heading')],
  ['renameField of a set', renameField('notes', 'tags', 'labels')],
  ['renameField of a counter', renameField('notes', 'visits', 'calls')],
  ['dropField', dropField('notes', 'title')],
  ['mapValue', mapValue('notes', 'title', upper)],
  ['mapValue of the elements of a set', mapValue('notes', 'tags', upper)],
  ['mapValue of a member', mapValue('notes', 'place.lat', (lat) => Number(lat) / 10)],
  ['deriveField', deriveField('notes', 'title', 'initial', (whole) => JSON.stringify(whole).slice(1, 2))],
  ['inOrder', inOrder(deriveField('notes', 'title', 'initial', upper), mapValue('notes', 'tags', upper), dropField('notes', 'title'))],
  ['of another collection', mapValue('papers', 'title', upper)],
]

const over = fc.subarray([1, 2, 3, 4, 5, 6].map(name))
const value = fc.option(fc.constantFrom('Heron', 'Egret'))
const title = fc.record({ value, over }).map((write) => setTo('title', write.value, write.over))
const place = fc
  .record({ lat: fc.nat(9), lon: fc.nat(9), over })
  .map((write) => setTo('place', { lat: write.lat, lon: write.lon }, write.over))
const tag = fc
  .record({ element: fc.constantFrom('a', 'b'), over, isAdded: fc.boolean() })
  .map((write) => (write.isAdded ? addTo : removeFrom)('tags', write.element, write.over))
const visits = fc.nat(9).map((by) => increment('visits', by))
const unknown = over.map((names) => setTo('later', 1, names))
const operations: fc.Arbitrary<RecordOperations> = fc
  .record(
    { title, place, tag, visits, unknown, life: fc.constantFrom('alive', 'deleted'), lifeOver: over },
    { requiredKeys: ['life', 'lifeOver'] },
  )
  .map(({ life, lifeOver, ...writes }) => writing(Object.values(writes), { life: life as 'alive', lifeOver }))

const names = [1, 2, 3, 4, 5, 6].map(name)
/** Merges as the nth write, after those before it. */
const merge = (record: RecordState, made: readonly RecordOperations[], n: number): RecordState => {
  const known = new Set(names.slice(0, n - 1))
  return made.reduce((before, change) => mergeOperations(before, change, writeOf(n, { known: (other) => known.has(other) })).record, record)
}

const textOf = (record: RecordState): string => canonicalJson(record as unknown as Json)

describe('[M7] upgrade commutes with apply, per (change, record)', () => {
  test.each(steps)('%s', (_, step) => {
    fc.assert(
      fc.property(fc.array(operations, { maxLength: 5 }), operations, (past, change) => {
        const record = past.reduce((before, made, index) => merge(before, [made], index + 1), EMPTY_RECORD)
        const n = past.length + 1
        const upgraded = step.change([change], nothing) ?? []
        const after = merge(step.record('notes', record), upgraded, n)
        expect(textOf(after)).toBe(textOf(step.record('notes', merge(record, [change], n))))
      }),
    )
  })

  test('completing a group and upgrading a member of it, in either order', () => {
    const definition = group({ lat: number(), lon: number() }).definition
    const step = mapValue('notes', 'place.lat', (lat) => Number(lat) / 10)
    const record = recordOf([setTo('place', { lat: 40, lon: 2 })])
    const upgraded = step.record('notes', record)
    for (const given of [{ lat: 30 }, { lon: 3 }, { lat: 1, lon: 1 }]) {
      const write = setTo('place', given, [name(1)])
      const first = completed(write, record)
      expect(completed(changed(step, write), upgraded)).toEqual(changed(step, first))
    }

    function completed(write: FieldOperation, before: RecordState): FieldOperation {
      if (write.kind !== 'set' || definition.kind !== 'group') throw new Error('a group is set')
      const judged = judgeGroup(definition, write, before.fields['place'])
      if (isRefusal(judged)) throw new Error(judged.code)
      return judged
    }
    function changed(by: Upgrade, write: FieldOperation): FieldOperation {
      const [operation] = by.change([writing([write])], nothing)?.[0]?.fields ?? []
      if (operation === undefined) throw new Error('a step lost a write')
      return operation
    }
  })
})

describe('which collections it alters', () => {
  const from = (step: Upgrade) =>
    schema({ version: 2, collections: { notes: collection(fields), papers: collection(fields) }, upgrades: { 1: step } })
  const rename = renameField('notes', 'title', 'heading')
  test.each<[string, Upgrade, boolean, boolean]>([
    ['none', unchanged, true, true],
    ['the one that a step names', rename, false, true],
    ['those that its steps name', inOrder(unchanged, rename, dropField('papers', 'title')), false, false],
    ['any, where it does not say', inOrder(rename, { change: (made) => made, record: (_, record) => record }), false, false],
  ])('%s', (_, step, notesAlone, papersAlone) => {
    expect(leavesRecordsAlone(from(step), 1, 'notes')).toBe(notesAlone)
    expect(leavesRecordsAlone(from(step), 1, 'papers')).toBe(papersAlone)
    expect(leavesRecordsAlone(from(step), 2, 'notes')).toBe(true)
  })
})

describe('steps', () => {
  const edit: FieldOperation = { kind: 'edit', field: 'body', of: name(1), update: '' }

  test('an edit in place has no value to map', () => {
    expect(mapValue('notes', 'body', upper).change([writing([edit])], nothing)).toBeNull()
    expect(deriveField('notes', 'body', 'summary', upper).change([writing([edit])], nothing)).toBeNull()
    expect(renameField('notes', 'body', 'prose').change([writing([edit])], nothing)).toEqual([writing([{ ...edit, field: 'prose' }])])
  })

  test('null stays null', () => {
    const step = mapValue('notes', 'title', () => 'never')
    expect(step.change([writing([setTo('title', null)])], nothing)).toEqual([writing([setTo('title', null)])])
  })

  test('of two elements that become one, an add stands, over what either was over', () => {
    const lower = mapValue('notes', 'tags', (word) => (typeof word === 'string' ? word.toLowerCase() : word))
    expect(lower.change([writing([removeFrom('tags', 'Bird', [name(2)]), addTo('tags', 'bird', [name(1)])])], nothing)).toEqual([
      writing([addTo('tags', 'bird', [name(1), name(2)])]),
    ])
    const record = lower.record('notes', recordOf([addTo('tags', 'Bird')], [addTo('tags', 'bird')]))
    expect(record.fields['tags']).toMatchObject({
      elements: {
        '"bird"': {
          entries: [
            { name: name(1), value: 'bird' },
            { name: name(2), value: 'bird' },
          ],
        },
      },
    })
  })

  test('a dropped field goes from what is stored and from what is on its way; the rest of the change stays', () => {
    const step = dropField('notes', 'title')
    expect(step.change([writing([setTo('title', 'a'), setTo('body', 'b')])], nothing)).toEqual([writing([setTo('body', 'b')])])
    expect(step.record('notes', recordOf([setTo('title', 'a'), setTo('body', 'b')])).fields).not.toHaveProperty('title')
  })
})
