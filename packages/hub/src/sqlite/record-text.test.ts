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

/** Each write has one stamp and one author, wherever it stands. `Required`: what core adds must be written, too. */
const anyFullEntry = (value: fc.Arbitrary<Json>): fc.Arbitrary<Required<Entry>> =>
  fc.record({ name: fc.constantFrom(...NAMES), value, over: anyNames }).map(({ name, ...entry }) => ({
    ...entry,
    name,
    stamp: name.charCodeAt(0) as Stamp,
    hubStamp: (2 * name.charCodeAt(0)) as Stamp,
    by: `${name} "said"\n`,
    resolves: 'r'.repeat(22) as ConflictId,
    document: 'AAA=',
    unverified: true,
  }))

const anyEntry = (value: fc.Arbitrary<Json>): fc.Arbitrary<Entry> =>
  fc.tuple(anyFullEntry(value), fc.boolean()).map(([{ unverified, resolves, document, ...plain }, isRare]) => ({
    ...plain,
    ...(isRare ? { resolves, document } : {}),
    ...(plain.name.startsWith('b') ? { unverified } : {}),
  }))

const anyWaiting = fc.array(fc.record({ name: fc.constantFrom(...NAMES), of: fc.constantFrom(...NAMES), update: fc.base64String() }), {
  minLength: 1,
  maxLength: 2,
})

const anyFullRegister = (value: fc.Arbitrary<Json>): fc.Arbitrary<Required<Register>> =>
  fc.record({
    kind: fc.constant('register'),
    entries: fc.array(anyEntry(value), { maxLength: 3 }),
    awaited: anyNames,
    version: anyVersion,
    waiting: anyWaiting,
  })

const anyRegister = (value: fc.Arbitrary<Json>): fc.Arbitrary<Register> =>
  fc.tuple(anyFullRegister(value), fc.boolean()).map(([{ waiting, ...plain }, isWaiting]) => (isWaiting ? { ...plain, waiting } : plain))

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
