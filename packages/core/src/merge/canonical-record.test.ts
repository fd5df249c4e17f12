import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { addTo, arrival, edit, increment, mergeAll, nameOf, removeFrom, set } from '../test/arrivals.ts'
import { openDocument, yjsText } from '../yjs.ts'
import { toBase64 } from './base64.ts'
import { canonicalRecord } from './canonical-record.ts'
import { stateOfDocument } from './document-state.ts'
import { EMPTY_RECORD } from './record.ts'

describe('the state of a document', () => {
  test('is what Yjs calls its state vector, whatever was typed', () => {
    const splice = fc.record({
      who: fc.nat(3),
      at: fc.nat(100),
      remove: fc.nat(4),
      insert: fc.constantFrom('', 'a', 'bcd', 'ž', '水', '🦉'),
    })
    fc.assert(
      fc.property(fc.array(splice, { maxLength: 30 }), (splices) => {
        const doc = new Y.Doc()
        for (const { who, at, remove, insert } of splices) {
          doc.clientID = [1, 300, 70_000, 2 ** 32 - 1][who] ?? 0
          const text = doc.getText('t')
          const start = Math.min(at, text.length)
          text.delete(start, Math.min(remove, text.length - start))
          text.insert(start, insert)
        }
        const state = Object.fromEntries([...Y.decodeStateVector(Y.encodeStateVector(doc))].map(([client, clock]) => [`${client}`, clock]))
        expect(stateOfDocument(toBase64(Y.encodeStateAsUpdate(doc)))).toEqual(state)
      }),
      { numRuns: 500 },
    )
  })
  test.each(['', 'AQ==', 'no base64', toBase64(new Uint8Array([1, 1, 1, 0, 2]))])('null for what is no document: %j', (document) => {
    expect(stateOfDocument(document)).toBeNull()
  })
})

describe('the canonical text of a record', () => {
  test('has the same bytes for the same writes, and no versions, no `over`', () => {
    const writes = [
      arrival('a', [set('title', 'x')], { stamp: 5, by: 'ana' }),
      arrival('b', [increment('n', 2)], { stamp: 6, by: 'ben', lifeOver: ['a'] }),
    ]
    expect(canonicalRecord(mergeAll(writes).record)).toBe(
      '{"fields":{"n":{"sum":2},"title":{"entries":[{"by":"ana","hubStamp":5,"name":"a","stamp":5,"value":"x"}]}},' +
        '"life":{"entries":[{"by":"ben","hubStamp":6,"name":"b","stamp":6,"value":"alive"}]}}',
    )
  })
  test('leaves out what nothing is known of', () => {
    expect(canonicalRecord(EMPTY_RECORD)).toBe('{"fields":{},"life":{}}')
    const emptied = mergeAll([
      arrival('a', [addTo('tags', 'x')]),
      arrival('b', [removeFrom('tags', 'x', ['a'])], { lifeOver: ['a'] }),
    ]).record
    expect(canonicalRecord(emptied)).toBe(canonicalRecord(mergeAll([arrival('a', []), arrival('b', [], { lifeOver: ['a'] })]).record))
  })
  test('tells documents of one text apart', () => {
    const seed = yjsText.seed('x', nameOf('a'))
    const session = openDocument(seed, 1)
    const there = session.splice({ at: 0, remove: 0, insert: 'gone' })
    const back = session.splice({ at: 0, remove: 4, insert: '' })
    const plain = mergeAll([arrival('a', [set('body', 'x')])]).record
    const edited = mergeAll([
      arrival('a', [set('body', 'x')]),
      arrival('b', [edit('body', 'a', there)]),
      arrival('c', [edit('body', 'a', back)]),
    ]).record
    expect(canonicalRecord({ ...edited, life: plain.life })).not.toBe(canonicalRecord(plain))
    expect(canonicalRecord(edited)).toContain('"state":{"1":4,')
  })
  test('shows what is awaited and what waits', () => {
    const late = mergeAll([arrival('b', [set('f', 1, ['x'])]), arrival('c', [edit('body', 'nobody', 'AAA=')])]).record
    expect(canonicalRecord(late)).toContain('"awaited":["x"]')
    expect(canonicalRecord(late)).toContain('"body":{"waiting":[{"name":"c","of":"nobody","update":"AAA="}]}')
  })
})
