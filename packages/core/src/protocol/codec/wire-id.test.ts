import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { uuidOfWireId, wireIdOf } from './wire-id.ts'

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex')

test('an id on the wire is the base64url of its 16 bytes', () => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      expect(wireIdOf(uuid)).toBe(bytesOf(uuid).toString('base64url'))
      expect(uuidOfWireId(wireIdOf(uuid))).toBe(uuid)
    }),
  )
})

test.each([
  ['one character short', 'AYkAAAAAcACAAAAAAAAAA'],
  ['a second spelling of the same bytes', 'AYkAAAAAcACAAAAAAAAAAR'],
  ['ordinary base64', 'AYkAAAAAcACAAAA+AAAAAQ'],
  ['padding', 'AYkAAAAAcACAAAAAAAAAAQ=='],
  ['no text', 22],
])('%s is no id', (_, text) => {
  expect(uuidOfWireId(text)).toBeNull()
})
