import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DIGEST_PARTS } from '../../digest/search.ts'
import * as messages from '../../test/messages.ts'
import * as protocol from './digest.ts'

const REPLICA = 'AAAAAAAAAAAAAAAAAAAAAA'
const SPACE = 'AYkAAAAAcACAAAAAAAAAAQ'
const RECORD = 'AYkAAAAAcACAAAAAAAAAAg'
const LATER = 'AYkAAAAAcACAAAAAAAAAAw'
const DIGEST = 'BBBBBBBBBBBBBBBBBBBBBA'

const sent = (wire: unknown): unknown => JSON.parse(JSON.stringify(wire))

const kinds = [
  ['digest request', messages.digestRequest, protocol.encodeDigestRequest, protocol.decodeDigestRequest],
  ['digest answer', messages.digestAnswer, protocol.encodeDigestAnswer, protocol.decodeDigestAnswer],
  ['range request', messages.rangeRequest, protocol.encodeRangeRequest, protocol.decodeRangeRequest],
  ['range answer', messages.rangeAnswer, protocol.encodeRangeAnswer, protocol.decodeRangeAnswer],
] as const

test.each(kinds)('a %s comes back as it was', (_, arbitrary, encode, decode) => {
  const comesBack = (message: unknown): void => {
    expect(decode(sent((encode as (message: unknown) => unknown)(message)))).toEqual({ ok: true, value: message })
  }
  fc.assert(fc.property(arbitrary as fc.Arbitrary<unknown>, comesBack), { numRuns: 300 })
})

test.each(kinds)('[P4] a %s with any member exchanged is read or refused, and nothing is thrown', (_, arbitrary, encode, decode) => {
  const nasty = fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>(undefined, -1, 0.5, '', '__proto__', REPLICA, RECORD, [], [[]], {}))
  fc.assert(
    fc.property(arbitrary as fc.Arbitrary<unknown>, fc.nat(9), nasty, (message, at, member) => {
      const wire = sent((encode as (message: unknown) => unknown)(message)) as unknown[]
      const decoded = decode(wire.toSpliced(at, 1, member))
      expect(decoded.ok || decoded.error.code).toBeTruthy()
    }),
    { numRuns: 500 },
  )
})

const asked = [1, 'e', REPLICA, SPACE, [1, REPLICA], 7]
const answered = [null, 5, DIGEST]

test.each([
  ['no array', {}, 'message.malformed', ''],
  ['another protocol', [2], 'protocol.unsupported', '0'],
  ['a version below 0', [...asked.slice(0, 5), -1], 'message.malformed', '5'],
  ['a bound that is a UUID in full', [...asked, '01890000-0000-7000-8000-000000000001'], 'message.malformed', '6'],
  ['a bound that is a number', [...asked, null, 1], 'message.malformed', '7'],
  ['an epoch as long as a book', [1, 'e'.repeat(65), ...asked.slice(2)], 'message.tooLarge', '1'],
] as const)('a request for digests with %s is refused, with the place', (_, value, code, path) => {
  expect(protocol.decodeDigestRequest(value)).toEqual({ ok: false, error: { code, path } })
})

test.each([
  ['more parts than a hub makes', Array.from({ length: DIGEST_PARTS + 1 }, () => answered), 'message.tooLarge', '5'],
  ['parts that are not in order', [answered, [LATER, 1, DIGEST], [RECORD, 1, DIGEST]], 'message.malformed', '5'],
  ['two first parts', [answered, answered], 'message.malformed', '5'],
  ['half a record', [[null, 0.5, DIGEST]], 'message.malformed', '5/0/1'],
  ['a digest that is none', [[null, 1, 'short']], 'message.malformed', '5/0/2'],
] as const)('an answer with %s is refused', (_, parts, code, path) => {
  expect(protocol.decodeDigestAnswer(['e', REPLICA, SPACE, 1, 7, parts])).toEqual({ ok: false, error: { code, path } })
})
