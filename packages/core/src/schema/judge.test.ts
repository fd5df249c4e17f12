import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '../canonical.ts'
import type { Content, FieldOperation } from '../change.ts'
import type { Name, RecordId } from '../ids.ts'
import { CHANGE_BYTES_MAX, CHANGE_OPERATIONS_MAX, LABEL_LENGTH_MAX, OVER_MAX, SET_ELEMENTS_MAX, VALUE_BYTES_MAX } from '../limits.ts'
import { EMPTY_RECORD, mergeOperations, type RecordState } from '../merge/record.ts'
import {
  addTo,
  contentOf,
  increment,
  name,
  NOTE,
  recordOf,
  removeFrom,
  sample,
  setTo,
  SPACE,
  writeOf,
  writing,
} from '../test/sample-schema.ts'
import { collection, schema } from './build.ts'
import { isRefusal, REFUSALS, type RefusalCode } from './codes.ts'
import type { JudgeOptions, Refusal } from './definition.ts'
import { counter, string } from './fields.ts'
import { INCREMENT_MAX } from './judge-operation.ts'
import { judge } from './judge.ts'
import { viewRecord } from './view.ts'

const there = recordOf([setTo('title', 'Heron'), setTo('place', { lat: 46, lon: 14, alt: 300 })])
const nowhere = () => undefined
const judging = (content: Content, record?: RecordState, options?: JudgeOptions) =>
  judge(sample, content, (_, id) => (id === NOTE ? record : undefined), options)
const judgingFields = (fields: readonly FieldOperation[], record: RecordState | undefined = there, options?: JudgeOptions) =>
  judging(contentOf([writing(fields)]), record, options)

const names = (count: number): readonly Name[] => Array.from({ length: count }, (_, n) => name(n % 256))
const otherId = '01890000-0000-7000-8000-000000000002' as RecordId
const crowded: RecordState = {
  ...there,
  fields: {
    ...there.fields,
    tags: {
      kind: 'set',
      version: 1,
      elements: Object.fromEntries(
        Array.from({ length: SET_ELEMENTS_MAX }, (_, n) => [`"${n}"`, { kind: 'register', entries: [], awaited: [], version: 1 }]),
      ),
    },
  },
}

describe('[P5] what the hub would refuse is refused when the person saves', () => {
  const long = 'x'.repeat(VALUE_BYTES_MAX)
  const refused: readonly [RefusalCode, string, () => ReturnType<typeof judge>, string?][] = [
    ['change.label', 'too long', () => judging(contentOf([], { label: 'x'.repeat(LABEL_LENGTH_MAX + 1) }))],
    ['change.label', 'not well-formed', () => judging(contentOf([], { label: '\ud800' }))],
    ['change.tooLarge', 'operations', () => judging(contentOf(Array.from({ length: CHANGE_OPERATIONS_MAX + 1 }, () => writing([]))))],
    [
      'change.tooLarge',
      'bytes',
      () => {
        const body = setTo('body', 'x'.repeat(VALUE_BYTES_MAX - 2))
        const ids = Array.from(
          { length: CHANGE_BYTES_MAX / VALUE_BYTES_MAX },
          (_, n) => NOTE.replace(/..$/, `a${n.toString(16)}`) as RecordId,
        )
        const operations = ids.map((record) => writing([setTo('title', 'Heron'), body], { record }))
        return judge(sample, contentOf(operations), nowhere)
      },
    ],
    ['group.partial', 'nothing seen', () => judgingFields([setTo('place', { lat: 1 })]), 'place'],
    ['group.partial', 'what was seen is gone', () => judgingFields([setTo('place', { lat: 1 }, [name(7)])]), 'place'],
    ['operation.kind', 'an increment of a string', () => judgingFields([increment('title', 1)]), 'title'],
    ['operation.kind', 'a set of a counter', () => judgingFields([setTo('visits', 1)]), 'visits'],
    ['operation.kind', 'a set of a set', () => judgingFields([setTo('tags', ['a'])]), 'tags'],
    ['operation.kind', 'an add to a group', () => judgingFields([addTo('place', 1)]), 'place'],
    ['operation.kind', 'an edit of a string', () => judgingFields([{ kind: 'edit', field: 'title', of: name(1), update: '' }]), 'title'],
    [
      'operation.kind',
      'a field that is stored as another kind',
      () => judgingFields([increment('visits', 1)], { ...there, fields: { visits: { kind: 'set', elements: {}, version: 1 } } }),
      'visits',
    ],
    ['operation.over', 'a field', () => judgingFields([setTo('title', 'a', names(OVER_MAX + 1))]), 'title'],
    ['operation.over', 'a life', () => judging(contentOf([writing([], { lifeOver: names(OVER_MAX + 1) })]), there)],
    ['operation.twice', 'a field', () => judgingFields([setTo('title', 'a'), setTo('title', 'b')]), 'title'],
    [
      'operation.twice',
      'a text',
      () => judgingFields([setTo('body', 'a'), { kind: 'edit', field: 'body', of: name(1), update: '' }]),
      'body',
    ],
    ['operation.twice', 'an element', () => judgingFields([addTo('tags', 'a'), removeFrom('tags', 'a')]), 'tags'],
    ['operation.twice', 'a record', () => judging(contentOf([writing([]), writing([])]), there)],
    ['record.absent', 'a required field is missing', () => judging(contentOf([writing([setTo('body', 'a')])])), 'title'],
    ['record.absent', 'a record without a life', () => judging(contentOf([writing([])]), EMPTY_RECORD), 'title'],
    ['record.absent', 'a delete', () => judging(contentOf([writing([], { life: 'deleted' })]))],
    ['record.absent', 'a restore', () => judging(contentOf([writing([])])), 'title'],
    ['record.id', 'a name', () => judging(contentOf([writing([], { record: 'heron' as RecordId })]))],
    ['schema.cannotUpgrade', 'no step', () => judging(contentOf([], { schemaVersion: 2 }))],
    ['schema.newer', 'a later version', () => judging(contentOf([], { schemaVersion: 4 }))],
    ['schema.unknownCollection', 'papers', () => judging(contentOf([writing([], { collection: 'papers' })]))],
    ['schema.unknownCollection', 'constructor', () => judging(contentOf([writing([], { collection: 'constructor' })]))],
    ['schema.unknownField', 'titel', () => judgingFields([setTo('titel', 'a')]), 'titel'],
    ['schema.unknownField', 'toString', () => judgingFields([setTo('toString', 'a')]), 'toString'],
    ['schema.unknownField', 'a member', () => judgingFields([setTo('place', { lat: 1, lon: 1, height: 1 })]), 'place.height'],
    ['set.tooLarge', 'one more', () => judgingFields([addTo('tags', 'new')], crowded), 'tags'],
    ['space.id', 'another id', () => judging(contentOf([writing([setTo('name', 'a')], { collection: '$space', record: otherId })]))],
    ['value.invalid', 'a register', () => judgingFields([setTo('title', 'Heron!')]), 'title'],
    ['value.invalid', 'a text', () => judgingFields([setTo('body', 'Heron!')]), 'body'],
    ['value.invalid', 'an element', () => judgingFields([addTo('tags', 'bird!')]), 'tags'],
    ['value.invalid', 'a group', () => judgingFields([setTo('place', { lat: 1, lon: -1 })]), 'place'],
    ['value.invalid', 'a group that was completed', () => judgingFields([setTo('place', { lat: -14 }, [name(1)])]), 'place'],
    ['value.required', 'a register', () => judgingFields([setTo('title', null)]), 'title'],
    ['value.required', 'a member', () => judgingFields([setTo('place', { lat: null, lon: 1 })]), 'place.lat'],
    ['value.tooDeep', 'json', () => judgingFields([setTo('extra', JSON.parse(`${'['.repeat(33)}${']'.repeat(33)}`))]), 'extra'],
    ['value.tooLarge', 'a string', () => judgingFields([setTo('title', long)]), 'title'],
    ['value.tooLarge', 'an edit', () => judgingFields([{ kind: 'edit', field: 'body', of: name(1), update: `${long}AAAA` }]), 'body'],
    ['value.type', 'a register', () => judgingFields([setTo('title', 1)]), 'title'],
    ['value.type', 'a text', () => judgingFields([setTo('body', null)]), 'body'],
    ['value.type', 'an element', () => judgingFields([addTo('tags', 1)]), 'tags'],
    ['value.type', 'nothing as an element', () => judgingFields([addTo('tags', null)]), 'tags'],
    ['value.type', 'undefined as an element to take out', () => judgingFields([removeFrom('tags', undefined)]), 'tags'],
    ['value.type', 'a member', () => judgingFields([setTo('place', { lat: '1', lon: 1 })]), 'place.lat'],
    ['value.type', 'a list as a group', () => judgingFields([setTo('place', [1, 2])]), 'place'],
    ['value.type', 'half an increment', () => judgingFields([increment('visits', 0.5)]), 'visits'],
    ['value.type', 'a large increment', () => judgingFields([increment('visits', INCREMENT_MAX + 1)]), 'visits'],
    ['value.type', 'an edit that is no base64', () => judgingFields([{ kind: 'edit', field: 'body', of: name(1), update: 'a' }]), 'body'],
  ]

  test.each(refused)('%s: %s', (code, _, act, field) => {
    const answer = act()
    expect(answer).toMatchObject({ code, message: expect.stringMatching(/./) })
    expect((answer as Refusal).field).toBe(field)
  })

  test('each code has its case here', () => {
    expect(new Set(refused.map(([code]) => code))).toEqual(new Set(Object.keys(REFUSALS)))
  })

  test('a refusal says which record', () => {
    expect(judgingFields([setTo('title', 1)])).toMatchObject({ collection: 'notes', record: NOTE })
  })
})

describe('what is good passes as it is', () => {
  const accepted: readonly [string, Content, RecordState | undefined][] = [
    ['nothing', contentOf([]), undefined],
    ['a new record', contentOf([writing([setTo('title', 'Heron'), addTo('tags', 'bird'), increment('visits', 2)])]), undefined],
    ['a write', contentOf([writing([setTo('title', 'Egret', [name(1)])])]), there],
    ['clearing what is optional', contentOf([writing([setTo('place', null, [name(1)]), setTo('quality', null)])]), there],
    ['a delete', contentOf([writing([], { life: 'deleted', lifeOver: [name(1)] })]), there],
    ['a restore', contentOf([writing([], { lifeOver: [name(1)] })]), there],
    ['adding what is in a full set', contentOf([writing([addTo('tags', '1')])]), crowded],
    ['taking out what could not be added', contentOf([writing([removeFrom('tags', 'bird!'), removeFrom('tags', 1)])]), there],
    ['a record with a default', contentOf([writing([setTo('name', 'Ana')], { collection: 'people' })]), undefined],
    [
      'the name of the space',
      contentOf([writing([setTo('name', 'Weir')], { collection: '$space', record: SPACE as string as RecordId })]),
      undefined,
    ],
  ]
  test.each(accepted)('%s', (_, content, record) => {
    expect(judging(content, record)).toBe(content.operations)
  })

  test('a record of a collection that requires nothing', () => {
    const lax = schema({ version: 1, collections: { notes: collection({ title: string().optional(), visits: counter() }) } })
    const content = contentOf([writing([increment('visits', 1)])], { schemaVersion: 1 })
    expect(judge(lax, content, nowhere)).toBe(content.operations)
  })
})

describe('[P6] a change with its receipt was accepted once', () => {
  const receipt = { receipt: true }
  test.each([
    ['a record that is not there', [setTo('body', 'a')], undefined],
    ['a check that has become stricter', [setTo('title', 'Heron!')], there],
    ['a type that has become narrower', [setTo('quality', 'middling')], there],
  ] as const)('%s', (_, fields, record) => {
    const content = contentOf([writing(fields)])
    expect(judging(content, record, receipt)).toBe(content.operations)
  })

  test('a group that cannot be completed any more keeps what it has', () => {
    const judged = judgingFields([setTo('place', { lat: 1 }, [name(7)])], there, receipt)
    expect(judged).toMatchObject([{ fields: [{ value: { lat: 1, lon: null, alt: null } }] }])
  })

  test.each<[RefusalCode, FieldOperation[]]>([
    ['schema.unknownField', [setTo('titel', 'a')]],
    ['operation.kind', [increment('title', 1)]],
    ['operation.twice', [setTo('title', 'a'), setTo('title', 'b')]],
  ])('what merging could not bear is refused all the same: %s', (code, fields) => {
    expect(judgingFields(fields, there, receipt)).toMatchObject({ code })
  })
})

describe('[M5] groups are atomic', () => {
  const valueOf = (fields: readonly FieldOperation[], record?: RecordState): Json | undefined => {
    const judged = judgingFields(fields, record)
    const [operation] = isRefusal(judged) ? [] : (judged[0]?.fields ?? [])
    return operation?.kind === 'set' ? operation.value : undefined
  }

  test('a partial write is completed from the entry it is over', () => {
    expect(valueOf([setTo('place', { lat: 1 }, [name(1)])])).toEqual({ lat: 1, lon: 14, alt: 300 })
  })

  test('of several, from the one that its author saw', () => {
    const other = recordOf([setTo('place', { lat: 1, lon: 1 })], [setTo('place', { lat: 2, lon: 2 })], [setTo('place', { lat: 3, lon: 3 })])
    expect(valueOf([setTo('place', { alt: 9 }, [name(1), name(2)])], other)).toEqual({ lat: 2, lon: 2, alt: 9 })
  })

  test('a member that is cleared does not come back when the change is judged again', () => {
    const cleared = setTo('place', { lat: 1, alt: null }, [name(1)])
    const value = valueOf([cleared])
    expect(value).toEqual({ lat: 1, lon: 14, alt: null })
    expect(valueOf([setTo('place', value, [name(1)])])).toEqual(value)
  })

  const member = fc.integer({ min: 1, max: 9 })
  const partial = fc.record({ lat: member, lon: member, alt: fc.option(member) }, { requiredKeys: [] })
  const write = fc.record({ value: partial, over: fc.subarray([1, 2, 3, 4, 5, 6].map(name)) })

  test('whatever people write, in part and at once, a whole is shown that one of them made or completed', () => {
    fc.assert(
      fc.property(fc.array(write, { maxLength: 6 }), (writes) => {
        let record = EMPTY_RECORD
        const wholes: Json[] = [null]
        for (const [index, { value, over }] of writes.entries()) {
          const judged = judgingFields([setTo('title', 'Heron'), setTo('place', value, over)], record)
          if (isRefusal(judged)) continue
          const [, place] = judged[0]?.fields ?? []
          if (place?.kind === 'set') wholes.push(place.value)
          for (const operations of judged) record = mergeOperations(record, operations, writeOf(index + 1)).record
        }
        expect(wholes).toContainEqual(viewRecord(sample.collections.notes, record).values['place'])
      }),
    )
  })

  test('judging what was judged changes nothing', () => {
    fc.assert(
      fc.property(write, ({ value, over }) => {
        const judged = judgingFields([setTo('place', value, over)], there)
        if (isRefusal(judged)) return
        expect(judging(contentOf(judged), there)).toBe(judged)
      }),
    )
  })
})
