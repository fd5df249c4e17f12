import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import type { Name } from './ids.ts'
import { fromBase64, toBase64 } from './merge/base64.ts'
import { ORIGIN } from './merge/register.ts'
import { clientIdOf, openDocument, textOfDocument, yjsEditor, yjsText } from './yjs.ts'

const name = (text: string): Name => text.padEnd(22, '_') as Name
const base64Bytes = (text: string): Uint8Array => fromBase64(text) ?? new Uint8Array()
const merged = (document: string, ...updates: readonly string[]): string =>
  updates.reduce((now, update) => yjsText.merge(now, update)?.document ?? 'does not stand', document)

describe('base64', () => {
  test('is what Node writes, and reads it back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = toBase64(bytes)
        expect(text).toBe(Buffer.from(bytes).toString('base64'))
        expect(fromBase64(text)).toEqual(bytes)
      }),
    )
  })
  test.each(['a', 'ab', 'abc', 'ab=c', 'a===', '====', 'ab c', 'abc-', 'QQ=A', 'QR==', 'QQE=QQE=', 'éé=='])('refuses %j', (text) => {
    expect(fromBase64(text)).toBeNull()
  })
})

describe('seed', () => {
  test('the document of a string is the same bytes everywhere, and another for another name', () => {
    expect(yjsText.seed('Rosie', name('a'))).toBe(yjsText.seed('Rosie', name('a')))
    expect(yjsText.seed('Rosie', name('a'))).not.toBe(yjsText.seed('Rosie', name('b')))
    expect(textOfDocument(yjsText.seed('Rosie 🦉', name('a')))).toBe('Rosie 🦉')
  })
  test('an empty string is an empty document', () => {
    expect(yjsText.seed('', ORIGIN)).toBe(toBase64(Y.encodeStateAsUpdate(new Y.Doc())))
  })
  test('a lone surrogate becomes U+FFFD at once, as it would on the wire', () => {
    expect(textOfDocument(yjsText.seed('a\ud800b', name('a')))).toBe('a\ufffdb')
  })
  test('client ids are 32 bits and spread', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => clientIdOf(name(`n${index}`)))
    expect(ids.every((id) => Number.isInteger(id) && id >= 0 && id < 2 ** 32)).toBe(true)
    expect(new Set(ids).size).toBeGreaterThan(9_990)
    const buckets = new Set(ids.map((id) => id >>> 24))
    expect(buckets.size).toBe(256)
  })
})

describe('merge', () => {
  const seed = yjsText.seed('one two three', name('w'))

  test('two edits of one text both stay, in either order', () => {
    const a = openDocument(seed, 1).splice({ at: 0, remove: 3, insert: 'ONE' })
    const b = openDocument(seed, 2).splice({ at: 13, remove: 0, insert: ' four' })
    expect(textOfDocument(merged(seed, a, b))).toBe('ONE two three four')
    expect(textOfDocument(merged(seed, b, a))).toBe('ONE two three four')
  })
  test('[A15] an edit whose predecessor is missing does not stand, and nothing after it', () => {
    const session = openDocument(seed, 1)
    const [first, second, third] = ['1', '2', '3'].map((insert) => session.splice({ at: 0, remove: 0, insert }))
    const withFirst = yjsText.merge(seed, first ?? '')
    expect(withFirst?.text).toBe('1one two three')
    expect(yjsText.merge(withFirst?.document ?? '', third ?? '')).toBeNull()
    expect(textOfDocument(merged(seed, first ?? '', second ?? '', third ?? ''))).toBe('321one two three')
  })
  test('a deletion of what is not there does not stand', () => {
    const inserted = openDocument(seed, 1)
    const insertion = inserted.splice({ at: 0, remove: 0, insert: 'zero ' })
    const other = openDocument(merged(seed, insertion), 2)
    expect(yjsText.merge(seed, other.splice({ at: 0, remove: 5, insert: '' }))).toBeNull()
  })
  test('[A15] two contents under one client id: the second does not stand, so no replica merges it', () => {
    const a = openDocument(seed, 7).splice({ at: 0, remove: 0, insert: 'AAAA' })
    const b = openDocument(seed, 7).splice({ at: 0, remove: 0, insert: 'BB' })
    expect(yjsText.merge(merged(seed, a), b)).toBeNull()
    expect(yjsText.merge(merged(seed, b), a)).toBeNull()
  })
  test.each([
    ['no base64', 'not base64!'],
    ['no update', toBase64(new Uint8Array([255, 255, 255]))],
    ['cut off', toBase64(base64Bytes(openDocument(seed, 1).splice({ at: 0, remove: 0, insert: 'long enough' })).subarray(0, 9))],
  ])('bytes that are no update do not stand: %s', (_, update) => {
    expect(yjsText.merge(seed, update)).toBeNull()
  })
  test.each([[0], [1]])('an update with a collected struct, of length %i, does not stand: no editor of a text makes one', (length) => {
    expect(yjsText.merge(seed, toBase64(new Uint8Array([1, 1, 77, 0, 0, length, 0])))).toBeNull()
  })
  test('an update that puts a character between two in the wrong order does not stand: each reading would put it elsewhere', () => {
    const client = clientIdOf(name('w'))
    const insertion = new Y.Doc()
    Y.applyUpdate(insertion, base64Bytes(seed))
    const between = (left: number, right: number): string => {
      const encoder = new Y.UpdateEncoderV1()
      const [origin, rightOrigin] = [Y.createID(client, left), Y.createID(client, right)]
      new Y.Item(Y.createID(9, 0), null, origin, null, rightOrigin, null, null, new Y.ContentString('x')).write(encoder, 0)
      return toBase64(new Uint8Array([1, 1, 9, 0, ...encoder.toUint8Array(), 0]))
    }
    expect(yjsText.merge(seed, between(2, 3))?.text).toBe('onex two three')
    expect(yjsText.merge(seed, between(7, 1))).toBeNull()
    expect(yjsText.merge(seed, between(4, 4))).toBeNull()
  })
  test.each<[string, (doc: Y.Doc) => void]>([
    ['another root', (doc) => void doc.getMap('other').set('a', 1)],
    ['an attribute of the text', (doc) => doc.getText('t').setAttribute('a', 1)],
    ['an embedded object', (doc) => doc.getText('t').insertEmbed(0, { image: 'x' })],
    ['a format', (doc) => doc.getText('t').format(0, 3, { bold: true })],
    ['a nested type', (doc) => doc.getText('t').insertEmbed(0, new Y.Map())],
  ])('an update that brings what is no text does not stand: %s', (_, write) => {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, base64Bytes(seed))
    doc.clientID = 9
    const before = Y.encodeStateVector(doc)
    write(doc)
    expect(yjsText.merge(seed, toBase64(Y.encodeStateAsUpdate(doc, before)))).toBeNull()
  })
})

describe('an open document', () => {
  test('steps over a client id that the document knows', () => {
    const document = merged(
      yjsText.seed('', name('w')),
      openDocument(yjsText.seed('', name('w')), 7).splice({ at: 0, remove: 0, insert: 'x' }),
    )
    expect(openDocument(document, 7).clientId).toBe(8)
  })
  test.each([
    ['before the caret', 0, 'abc', 2, 5],
    ['at the caret: behind it', 2, 'abc', 2, 2],
    ['behind the caret', 5, 'abc', 2, 2],
  ])('a remote insertion %s', (_, at, insert, caret, expected) => {
    const seed = yjsText.seed('Rosie', name('w'))
    const open = openDocument(seed, 1)
    expect(open.receive(openDocument(seed, 2).splice({ at, remove: 0, insert }), caret)).toBe(expected)
  })
  test.each([
    ['before the caret', 0, 2, 3, 1],
    ['around the caret', 1, 3, 2, 1],
    ['behind the caret', 3, 2, 2, 2],
  ])('a remote deletion %s', (_, at, remove, caret, expected) => {
    const seed = yjsText.seed('Rosie', name('w'))
    expect(openDocument(seed, 1).receive(openDocument(seed, 2).splice({ at, remove, insert: '' }), caret)).toBe(expected)
  })
  test('a remote update that does not stand changes nothing', () => {
    const seed = yjsText.seed('Rosie', name('w'))
    const other = openDocument(seed, 2)
    other.splice({ at: 0, remove: 0, insert: '1' })
    const open = openDocument(seed, 1)
    expect(open.receive(other.splice({ at: 1, remove: 0, insert: '2' }), 3)).toBeNull()
    expect(open.text()).toBe('Rosie')
    open.splice({ at: 0, remove: 0, insert: 'Dear ' })
    expect(open.text()).toBe('Dear Rosie')
  })
  test('the caret stays between the same characters, whatever arrives', () => {
    const splices = fc.array(fc.record({ at: fc.nat(20), remove: fc.nat(4), insert: fc.constantFrom('', 'x', 'yz') }), { maxLength: 5 })
    fc.assert(
      fc.property(splices, fc.nat(10), (wanted, caret) => {
        const seed = yjsText.seed('0123456789', name('w'))
        const other = openDocument(seed, 2)
        const open = openDocument(seed, 1)
        let at: number | null = caret
        for (const splice of wanted) {
          const start = Math.min(splice.at, other.text().length)
          const update = other.splice({ at: start, remove: Math.min(splice.remove, other.text().length - start), insert: splice.insert })
          at = open.receive(update, at ?? 0)
        }
        expect(open.text()).toBe(other.text())
        const digits = (text: string): string => text.replace(/\D/g, '')
        const kept = digits(open.text())
        expect(digits(open.text().slice(0, at ?? 0))).toBe(
          kept
            .split('')
            .filter((digit) => Number(digit) < caret)
            .join(''),
        )
      }),
      { numRuns: 500 },
    )
  })
})

describe('an editor', () => {
  const seed = yjsText.seed('', name('w'))
  const counting = (): (() => number) => {
    let next = 100
    return () => next++
  }
  test('keeps its client id as long as the document holds all that it wrote', () => {
    const editor = yjsEditor(counting())
    const first = editor.edit(seed, { at: 0, remove: 0, insert: 'one' })
    const second = editor.edit(merged(seed, first), { at: 3, remove: 0, insert: ' two' })
    expect([...Y.parseUpdateMeta(base64Bytes(second)).from.keys()]).toEqual([100])
    expect(textOfDocument(merged(seed, editor.combine([first, second])))).toBe('one two')
  })
  test('[A15] takes a fresh one after a refusal, so that its next edit stands', () => {
    const editor = yjsEditor(counting())
    editor.edit(seed, { at: 0, remove: 0, insert: 'refused' })
    const next = editor.edit(seed, { at: 0, remove: 0, insert: 'good' })
    expect([...Y.parseUpdateMeta(base64Bytes(next)).from.keys()]).toEqual([101])
    expect(textOfDocument(merged(seed, next))).toBe('good')
  })
  test('[A15] also where an edit before the refused one was accepted: the refused one may yet be retried', () => {
    const editor = yjsEditor(counting())
    const accepted = merged(seed, editor.edit(seed, { at: 0, remove: 0, insert: 'accepted' }))
    const refused = editor.edit(accepted, { at: 0, remove: 0, insert: 'refused ' })
    const next = editor.edit(accepted, { at: 0, remove: 0, insert: 'good ' })
    expect([...Y.parseUpdateMeta(base64Bytes(next)).from.keys()]).toEqual([101])
    expect(textOfDocument(merged(accepted, next, refused))).toContain('refused ')
  })
  test('[P7] says which characters an update brings, without the document that it was made in', () => {
    const editor = yjsEditor(counting())
    const document = yjsText.seed('one two', name('w'))
    const first = editor.edit(document, { at: 3, remove: 4, insert: ', 🦉' })
    const second = editor.edit(merged(document, first), { at: 0, remove: 1, insert: 'O' })
    expect(editor.inserted(editor.combine([first, second]))).toBe(', 🦉O')
    expect(editor.inserted(editor.edit(document, { at: 0, remove: 7, insert: '' }))).toBe('')
  })
  test('a splice may not cut a surrogate pair', () => {
    const owl = yjsText.seed('🦉', name('w'))
    expect(() => openDocument(owl, 1).splice({ at: 1, remove: 0, insert: 'x' })).toThrow('surrogate')
    expect(() => openDocument(owl, 1).splice({ at: 0, remove: 3, insert: 'x' })).toThrow('outside')
  })
})
