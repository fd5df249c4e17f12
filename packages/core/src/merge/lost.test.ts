import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addTo, type Arrival, arrival, edit, increment, mergeAll, nameOf, removeFrom, set } from '../test/arrivals.ts'
import { EVERYTHING, historyOf } from '../test/history/command.ts'
import { expectSame } from '../test/history/judge.ts'
import { registerAt } from '../test/history/place.ts'
import { World } from '../test/history/world.ts'
import { openDocument, yjsText } from '../yjs.ts'
import { canonicalRecord } from './canonical-record.ts'
import { lostIn, lostOf } from './lost.ts'
import type { FieldState, RecordState } from './record.ts'
import type { Known } from './register.ts'

const create = arrival('a', [set('title', 'Heron'), set('quality', 'good')])
const rename = arrival('b', [set('title', 'Grey heron', ['a'])], { lifeOver: ['a'] })
const visit = arrival('c', [increment('visits', 1)], { lifeOver: ['b'] })
const tag = arrival('d', [addTo('tags', 'bird')], { lifeOver: ['c'] })
const untag = arrival('e', [removeFrom('tags', 'bird', ['d'])], { lifeOver: ['d'] })

/** In the order in which `whole` merges them. */
const VERSIONS: ReadonlyMap<string, number> = new Map([create, rename, visit, tag].map(({ name }, index) => [name, index + 1]))

const recordOf = (...arrivals: readonly Arrival[]): RecordState => mergeAll(arrivals).record

/** A record that has silently lost an entry. */
function without(record: RecordState, name: string): RecordState {
  const fieldWithout = (state: FieldState): FieldState =>
    state.kind === 'register' ? { ...state, entries: state.entries.filter((entry) => entry.name !== name) } : state
  const fields = Object.entries(record.fields).map(([field, state]) => [field, fieldWithout(state)] as const)
  return { ...record, fields: Object.fromEntries(fields) }
}

const isLost = (before: RecordState, after: RecordState | undefined, { operations, name }: Arrival): boolean =>
  lostIn(before, after, operations, { name, version: VERSIONS.get(name) ?? 0 })
const lostFrom = (record: RecordState | undefined, { operations, name }: Arrival, counted = true): Arrival['operations'] | null =>
  lostOf(record, operations, name, { hasCounted: () => counted, text: yjsText })

function mergedAgain(record: RecordState, one: Arrival, known: Known): RecordState {
  const operations = lostFrom(record, one)
  return operations === null ? record : mergeAll([{ ...one, operations }], record, known).record
}

describe('[Q5] what a record has lost', () => {
  const whole = recordOf(create, rename, visit, tag)

  test('is an entry that nobody wrote over', () => {
    const damaged = without(whole, 'b')
    expect(isLost(whole, damaged, rename)).toBe(true)
    expect(lostFrom(damaged, rename)).toBe(rename.operations)
    expect(isLost(whole, damaged, create)).toBe(false)
  })

  test('is not what was written over, there or here', () => {
    const again = arrival('f', [set('title', 'Egret', ['b'])], { lifeOver: ['d'] })
    const later = recordOf(create, rename, visit, tag, again)
    expect(isLost(whole, later, rename)).toBe(false)
    expect(lostFrom(later, rename)).toBeNull()
    expect(isLost(whole, without(whole, 'b'), create)).toBe(false)
  })

  test('is a tag, or a removal', () => {
    const tagged = recordOf(create, tag)
    const untagged = recordOf(create, tag, untag)
    expect(isLost(tagged, recordOf(create), tag)).toBe(true)
    expect(isLost(untagged, tagged, untag)).toBe(true)
    expect(isLost(tagged, untagged, tag)).toBe(false)
    expect(isLost(tagged, { ...tagged, fields: {} }, tag)).toBe(true)
    expect(lostFrom(tagged, untag)).toBe(untag.operations)
    expect(lostFrom(untagged, untag)).toBeNull()
  })

  test('is a deletion, or a restore', () => {
    const remove = arrival('x', [], { life: 'deleted', lifeOver: ['a'] })
    const restore = arrival('y', [], { lifeOver: ['x'] })
    const [alive, deleted, restored] = [recordOf(create), recordOf(create, remove), recordOf(create, remove, restore)]
    expect(isLost(deleted, alive, remove)).toBe(true)
    expect(isLost(restored, deleted, restore)).toBe(true)
    expect(lostFrom(alive, remove)).toBe(remove.operations)
    expect(lostFrom(deleted, restore)).toBe(restore.operations)
    expect(lostFrom(restored, remove)).toBeNull()
  })

  test('does not come back into a record that was deleted by who saw it', () => {
    const remove = arrival('x', [], { life: 'deleted', lifeOver: ['d', 'b'] })
    expect(lostFrom(without(recordOf(create, rename, visit, tag, remove), 'b'), rename)).toBeNull()
  })

  test('is a count where the field has not changed since it was counted: nothing else tells whether it was', () => {
    const { visits: _, ...others } = whole.fields
    expect(isLost(whole, { ...whole, fields: others }, visit)).toBe(true)
    expect(isLost(whole, { ...whole, fields: { ...others, visits: { kind: 'counter', sum: 9, version: 4 } } }, visit)).toBe(false)
    expect(isLost(whole, undefined, visit)).toBe(true)
    expect(lostFrom(undefined, visit)).toBe(visit.operations)
    const both = arrival('g', [set('title', 'Egret', ['b']), increment('visits', 1)], { lifeOver: ['d'] })
    const damaged = without(recordOf(create, rename, visit, tag, both), 'g')
    expect(lostFrom(damaged, both)?.fields).toEqual([set('title', 'Egret', ['b'])])
    expect(lostFrom(damaged, both, false)).toBe(both.operations)
  })

  test('is an edit of a text', () => {
    const session = openDocument(yjsText.seed('x', nameOf('a')), 1)
    const typed = session.splice({ at: 1, remove: 0, insert: 'y' })
    const erased = session.splice({ at: 0, remove: 1, insert: '' })
    const [text, type, erase] = [
      arrival('a', [set('body', 'x')]),
      arrival('b', [edit('body', 'a', typed)], { lifeOver: ['a'] }),
      arrival('c', [edit('body', 'a', erased)], { lifeOver: ['b'] }),
    ]
    const edited = recordOf(text, type, erase)
    expect(isLost(edited, recordOf(text), type)).toBe(true)
    expect(isLost(edited, recordOf(text, type), erase)).toBe(true)
    expect(isLost(edited, edited, erase)).toBe(false)
    expect(lostFrom(recordOf(text, type), erase)).toBe(erase.operations)
    expect(lostFrom(edited, erase)).toBeNull()
    expect(lostFrom(edited, type)).toBeNull()
  })
})

test('[Q5] in any history, an entry that a record loses is lost, and merged again it is back, and nothing else is', () => {
  let lost = 0
  fc.assert(
    fc.property(historyOf(EVERYTHING), (history) => {
      const world = new World(history).run().heal()
      const { record, log } = world.hub
      const standing = log.flatMap((one) => {
        const fields = one.operations.fields.filter(
          ({ kind, field }) => kind === 'set' && registerAt(record, field)?.entries.some(({ name }) => name === one.name),
        )
        return fields.map(({ field }) => ({ one, field }))
      })
      // What was deleted is in no digest.
      if (!record.life.entries.some(({ value }) => value === 'alive')) return
      for (const { one, field } of standing) {
        const damaged = without(record, one.name)
        expectSame(isLost(record, damaged, one), true, world, `whether ${one.name} is lost`)
        const only = ({ life, fields }: RecordState): string =>
          canonicalRecord({ version: 0, life: { ...life, entries: [] }, fields: { [field]: fields[field] as FieldState } })
        const again = log.filter((other) => isLost(record, damaged, other))
        const healed = again.reduce(
          (state, other) => mergedAgain(state, other, (name) => log.some((known) => known.name === name)),
          damaged,
        )
        expectSame(only(healed), only(record), world, `${field} with ${one.name} merged again`)
        lost++
      }
      for (const one of log) expectSame(isLost(record, record, one), false, world, `whether ${one.name} is lost`)
    }),
    { numRuns: 300 },
  )
  expect(lost).toBeGreaterThan(300)
})
