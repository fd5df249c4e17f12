import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contentText } from '../../change.ts'
import * as messages from '../../test/messages.ts'
import { decodeContent } from './content.ts'
import { decodeRecordPart, encodeRecordPart } from './record.ts'

test('[P2] a sealed content comes back from its own text, and from no other text of the same content', () => {
  fc.assert(
    fc.property(messages.pushRequest, (request) => {
      for (const { content } of request.changes) {
        const text = contentText(content)
        expect(decodeContent(text)).toEqual({ ok: true, value: content })
        expect(decodeContent(` ${text}`)).toEqual({ ok: false, error: { code: 'message.malformed', path: '' } })
      }
    }),
  )
})

test('a record comes back when it is encoded alone', () => {
  fc.assert(
    fc.property(messages.page, ({ body }) => {
      for (const part of body.type === 'records' ? body.records : [])
        expect(decodeRecordPart(JSON.parse(JSON.stringify(encodeRecordPart(part))))).toEqual({ ok: true, value: part })
    }),
  )
})

/** A text of which one character was cut, put in or replaced. */
const bent = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(text.length), fc.nat(1), fc.constantFrom('', '0', '-1', '"', '[', ']', 'null', '{}'))
    .map(([at, gone, put]) => text.slice(0, at) + put + text.slice(at + gone))

test('no text and no value makes them throw: each is read, or refused', () => {
  const contents = messages.pushRequest.map(({ changes }) => changes.map(({ content }) => contentText(content)).join(''))
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), contents.chain(bent)), (text) => {
      expect(typeof decodeContent(text).ok).toBe('boolean')
    }),
    { numRuns: 500 },
  )
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(typeof decodeRecordPart(value).ok).toBe('boolean')
    }),
  )
})
