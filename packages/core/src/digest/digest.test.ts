import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RecordId } from '../ids.ts'
import { canonicalRecord } from '../merge/canonical-record.ts'
import { EMPTY_RECORD, type RecordState } from '../merge/record.ts'
import { arrival, increment, mergeAll, set } from '../test/arrivals.ts'
import { EVERYTHING, historyOf } from '../test/history/command.ts'
import { expectSame } from '../test/history/judge.ts'
import { sha256, World } from '../test/history/world.ts'
import { type Digested, DigestSum, fingerprintOf, type IdentifiedRecord } from './digest.ts'

const idOf = (n: number): RecordId => `01890000-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as RecordId
const noteOf = (state: RecordState, n = 1): IdentifiedRecord => ({ collection: 'notes', id: idOf(n), state })
const isDeleted = ({ life }: RecordState): boolean => life.entries.length > 0 && life.entries.every(({ value }) => value === 'deleted')

function digestOf(records: readonly IdentifiedRecord[]): Digested {
  const sum = new DigestSum(sha256)
  for (const record of records) sum.add(record)
  return sum.digested
}

test('[Q5] digests are equal exactly when the canonical records are, whoever holds them and at whatever time', () => {
  let equal = 0
  let unequal = 0
  fc.assert(
    fc.property(historyOf(EVERYTHING), (history) => {
      const records: RecordState[] = []
      const world = new World(history).run(({ hub, devices }) => {
        records.push(hub.record, ...devices.map(({ confirmed }) => confirmed.record))
      })
      const alive = [...new Set([...records, world.heal().hub.record])].filter((record) => !isDeleted(record)).slice(-12)
      for (const one of alive) {
        for (const other of alive) {
          const isSame = canonicalRecord(one) === canonicalRecord(other)
          if (isSame) equal++
          else unequal++
          expectSame(digestOf([noteOf(one)]).digest === digestOf([noteOf(other)]).digest, isSame, world, 'equality of digests')
        }
      }
    }),
    { numRuns: 150 },
  )
  expect(Math.min(equal, unequal)).toBeGreaterThan(200)
})

const heron = mergeAll([arrival('a', [set('title', 'Heron')])]).record
const nest = mergeAll([arrival('b', [set('title', 'Nest')])]).record

test('[Q5] a digest depends on which records there are, not on their order', () => {
  expect(digestOf([noteOf(heron, 1), noteOf(nest, 2)])).toEqual(digestOf([noteOf(nest, 2), noteOf(heron, 1)]))
  const others = [
    [],
    [noteOf(heron, 1)],
    [noteOf(heron, 1), noteOf(heron, 2)],
    [noteOf(heron, 2), noteOf(nest, 1)],
    [{ ...noteOf(heron, 1), collection: 'places' }, noteOf(nest, 2)],
  ]
  const digests = [[noteOf(heron, 1), noteOf(nest, 2)], ...others].map((records) => digestOf(records).digest)
  expect(new Set(digests).size).toBe(digests.length)
})

test('[Q5] a record that everyone deleted does not count; one that somebody also edited does', () => {
  const deletion = arrival('z', [], { life: 'deleted', lifeOver: ['a'] })
  const edit = arrival('e', [set('title', 'Grey heron', ['a'])], { lifeOver: ['a'] })
  const create = arrival('a', [set('title', 'Heron')])
  expect(digestOf([noteOf(mergeAll([create, deletion]).record)])).toEqual(digestOf([]))
  expect(digestOf([noteOf(mergeAll([create, deletion, edit]).record)]).count).toBe(1)
})

test('[Q5] versions do not enter a digest, sums do', () => {
  const visited = (by: number): RecordState => mergeAll([arrival('a', [increment('visits', by)])]).record
  expect(digestOf([noteOf({ ...visited(1), version: 9 })])).toEqual(digestOf([noteOf(visited(1))]))
  expect(digestOf([noteOf(visited(2))])).not.toEqual(digestOf([noteOf(visited(1))]))
})

test('[Q5] a digest is the sum of the fingerprints modulo 2^128', () => {
  const records = [noteOf(heron, 1), noteOf(nest, 2), noteOf(heron, 3), noteOf(EMPTY_RECORD, 4)]
  const numberOf = (digest: string): bigint => BigInt(`0x${Buffer.from(digest, 'base64url').toString('hex')}`)
  const total = records.map((record) => numberOf(fingerprintOf(sha256, record) ?? '')).reduce((sum, each) => sum + each, 0n)
  const expected = Buffer.from((total % 2n ** 128n).toString(16).padStart(32, '0'), 'hex').toString('base64url')
  expect(digestOf(records)).toEqual({ count: 4, digest: expected })
})
