import {
  canonicalJson,
  type ConflictId,
  type Entry,
  type Json,
  type Name,
  type RecordState,
  type Register,
  type Stamp,
} from '@tombolo/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { recordText } from './record-text.ts'

const NAMES = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(22) as Name)
const anyNames = fc.subarray(NAMES)
const anyVersion = fc.nat({ max: 1000 })
const anyJson = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json)

/** Each write has one stamp and one author, wherever it stands. */
const anyEntry = (value: fc.Arbitrary<Json>): fc.Arbitrary<Entry> =>
  fc.record({ name: fc.constantFrom(...NAMES), value, over: anyNames, rare: fc.boolean() }).map(({ name, rare, ...entry }) => ({
    ...entry,
    name,
    stamp: name.charCodeAt(0) as Stamp,
    hubStamp: (2 * name.charCodeAt(0)) as Stamp,
    by: `${name} "said"\n`,
    ...(name.startsWith('b') ? { unverified: true as const } : {}),
    ...(rare ? { resolves: 'r'.repeat(22) as ConflictId, document: 'AAA=' } : {}),
  }))

const anyRegister = (value: fc.Arbitrary<Json>): fc.Arbitrary<Register> =>
  fc.record({ kind: fc.constant('register'), entries: fc.array(anyEntry(value), { maxLength: 3 }), awaited: anyNames, version: anyVersion })

const anySet = fc.array(fc.tuple(anyJson, anyRegister(fc.constant(null))), { maxLength: 3 }).map((elements) => ({
  kind: 'set' as const,
  version: 3,
  elements: Object.fromEntries(
    elements.map(([element, tags]) => [
      canonicalJson(element),
      { ...tags, entries: tags.entries.map((entry) => ({ ...entry, value: element })) },
    ]),
  ),
}))

const anyCounter = fc.record({ kind: fc.constant('counter' as const), sum: fc.integer(), version: anyVersion })

const anyRecord: fc.Arbitrary<RecordState> = fc.record({
  version: anyVersion,
  life: anyRegister(fc.constantFrom<Json>('alive', 'deleted')),
  fields: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.oneof(anyRegister(anyJson), anySet, anyCounter), { maxKeys: 4 }),
})

it('[M1] a record is read as it was written', () => {
  fc.assert(
    fc.property(anyRecord, (state) => {
      const read = recordText.decode(recordText.encode(state))
      expect(canonicalJson(read as unknown as Json)).toBe(canonicalJson(state as unknown as Json))
    }),
  )
})
