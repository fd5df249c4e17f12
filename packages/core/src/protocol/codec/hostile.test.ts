import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CURSOR_LENGTH_MAX, MESSAGE_DEPTH_MAX, POLL_SPACES_MAX, PULL_WAITING_MAX, PUSH_CHANGES_MAX } from '../../limits.ts'
import * as messages from '../../test/messages.ts'
import * as protocol from '../index.ts'

const REPLICA = 'AAAAAAAAAAAAAAAAAAAAAA'
const SPACE = 'AYkAAAAAcACAAAAAAAAAAQ'
const SCHEMA = [1, REPLICA]

const decoders = [
  protocol.decodeHelloRequest,
  protocol.decodeHelloAnswer,
  protocol.decodePushRequest,
  protocol.decodePushAnswer,
  protocol.decodePullRequest,
  protocol.decodePage,
  protocol.decodePollRequest,
  protocol.decodePollAnswer,
  protocol.decodeLiveFrame,
  protocol.decodeProblem,
  (value: unknown) => protocol.decodeLogChunk(value, SPACE as never),
] as const

const CODES = ['message.malformed', 'message.tooDeep', 'message.tooLarge', 'stamp.malformed', 'protocol.unsupported']

function decodesOrRefuses(value: unknown): void {
  const results = decoders.map((decode) => decode(value))
  const codes = results.flatMap((result) => (result.ok ? [] : [result.error.code]))
  expect(CODES).toEqual(expect.arrayContaining(codes))
}

test('no decoder throws, whatever value it is given', () => {
  fc.assert(
    fc.property(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withSparseArray: true, withTypedArray: true }),
      decodesOrRefuses,
    ),
  )
})

test('no decoder throws, whatever JSON it is given', () => {
  fc.assert(fc.property(fc.array(fc.jsonValue()), decodesOrRefuses), { numRuns: 300 })
})

const wires: fc.Arbitrary<unknown> = fc.oneof(
  messages.pushRequest.map(protocol.encodePushRequest),
  messages.pushAnswer.map(protocol.encodePushAnswer),
  messages.pullRequest.map(protocol.encodePullRequest),
  messages.page.map(protocol.encodePage),
  messages.pollRequest.map(protocol.encodePollRequest),
)

const nastyMember = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    undefined,
    -1,
    0.5,
    1e308,
    Number.MAX_SAFE_INTEGER,
    '',
    '__proto__',
    'constructor',
    REPLICA,
    SPACE,
    [],
    [[]],
    {},
  ),
)

/** Follows `steps` down the arrays and puts `member` where they end. */
function mutated(value: unknown, steps: readonly number[], member: unknown): unknown {
  const [step, ...others] = steps
  if (!Array.isArray(value) || value.length === 0 || step === undefined) return member
  const at = step % value.length
  return value.map((inner: unknown, index) => (index === at ? mutated(inner, others, member) : inner))
}

test('no decoder throws at a message with one member exchanged; what is accepted can be written again', () => {
  const steps = fc.array(fc.nat(12), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(wires, steps, nastyMember, (wire, path, member) => {
      const message = mutated(JSON.parse(JSON.stringify(wire)), path, member)
      decodesOrRefuses(message)
      const push = protocol.decodePushRequest(message)
      expect(push.ok ? protocol.decodePushRequest(protocol.encodePushRequest(push.value)) : push).toEqual(push)
      const page = protocol.decodePage(message)
      expect(page.ok ? protocol.decodePage(protocol.encodePage(page.value)) : page).toEqual(page)
    }),
    { numRuns: 800 },
  )
})

const push = (...changes: readonly unknown[]): unknown => [1, 'e', REPLICA, SPACE, SCHEMA, 0, REPLICA, changes]
const change = (...records: readonly unknown[]): unknown => ['AAAAAAAAAAAAAA', 1024, records]
const nested = (depth: number): unknown => (depth === 0 ? 0 : [nested(depth - 1)])

test.each([
  ['no array', {}, 'message.malformed', ''],
  ['another protocol', [2, REPLICA, SCHEMA], 'protocol.unsupported', '0'],
  ['too few members', [1, 'e'], 'message.malformed', '3'],
  [
    'a space that is a UUID in full',
    [1, 'e', REPLICA, '01890000-0000-7000-8000-000000000001', SCHEMA, 0, REPLICA],
    'message.malformed',
    '3',
  ],
  ['a second spelling of an id', [1, 'e', REPLICA, 'AYkAAAAAcACAAAAAAAAAAR', SCHEMA, 0, REPLICA], 'message.malformed', '3'],
  ['a base that is no number', [1, 'e', REPLICA, SPACE, SCHEMA, '0', REPLICA], 'message.malformed', '5'],
  ['a short intent', push(['AAAA', 0, []]), 'message.malformed', '7/0/0'],
  ['a stamp before 1970', push(['AAAAAAAAAAAAAA', -1, []]), 'stamp.malformed', '7/0/1'],
  ['stamps that add up to after 2199', push(['AAAAAAAAAAAAAA', 2 ** 52, []], ['AAAAAAAAAAAAAA', 2 ** 52, []]), 'stamp.malformed', '7/1/1'],
  ['a fraction of a stamp', push(['AAAAAAAAAAAAAA', 1.5, []]), 'stamp.malformed', '7/0/1'],
  ['a shape that was not said', push(change([0, SPACE])), 'message.malformed', '7/0/2/0/0'],
  ['a record that was not said', push(change([['notes', 0], 0])), 'message.malformed', '7/0/2/0/1'],
  ['a name that was not said', push(change([['notes', 1], SPACE, 1])), 'message.malformed', '7/0/2/0/2'],
  ['an unknown form', push(change([['notes', 0, 'title', 8], SPACE, 'x'])), 'message.malformed', '7/0/2/0/0/3'],
  ['a value left out', push(change([['notes', 0, 'title', 0], SPACE])), 'message.malformed', '7/0/2/0/2'],
  ['a collection behind the objects', push(change([['__proto__', 0], SPACE])), 'message.malformed', '7/0/2/0/0/0'],
  ['a field behind the objects', push(change([['notes', 0, 'constructor', 0], SPACE, 1])), 'message.malformed', '7/0/2/0/0/2'],
  ['an increment by a half', push(change([['notes', 0, 'visits', 6], SPACE, 0.5])), 'message.malformed', '7/0/2/0/2'],
  ['an update that is no base64', push(change([['notes', 0, 'body', 7], SPACE, '?', REPLICA])), 'message.malformed', '7/0/2/0/2'],
  [
    'a number beyond all numbers',
    push(change([['notes', 0, 'title', 0], SPACE, Number.POSITIVE_INFINITY])),
    'message.malformed',
    '7/0/2/0/2',
  ],
  ['a bomb of brackets', push(change([['notes', 0, 'title', 0], SPACE, nested(MESSAGE_DEPTH_MAX + 1)])), 'message.tooDeep', '7/0/2/0/2'],
  ['too many changes', push(...Array.from({ length: PUSH_CHANGES_MAX + 1 }, () => change())), 'message.tooLarge', '7'],
  ['a cursor as long as a book', [...(push() as unknown[]), 'c'.repeat(CURSOR_LENGTH_MAX + 1)], 'message.tooLarge', '8'],
] as const)('a request with %s is refused, with the place', (_, value, code, path) => {
  expect(protocol.decodePushRequest(value)).toEqual({ ok: false, error: { code, path } })
})

test('[P5] lists of a request are bounded', () => {
  const waiting = Array.from({ length: PULL_WAITING_MAX + 1 }, () => 'AAAAAAAAAAAAAA')
  const heads = Array.from({ length: POLL_SPACES_MAX + 1 }, () => [SPACE, 0])
  expect(protocol.decodePullRequest([1, 'e', REPLICA, SPACE, SCHEMA, null, 0, waiting])).toMatchObject({
    error: { code: 'message.tooLarge', path: '7' },
  })
  expect(protocol.decodePollRequest([1, REPLICA, heads, 0])).toMatchObject({ error: { code: 'message.tooLarge', path: '2' } })
})

test('[P3] a value that only its verdict may refuse passes: nothing waits behind a change that is too deep', () => {
  expect(protocol.decodePushRequest(push(change([['notes', 0, 'title', 0], SPACE, nested(MESSAGE_DEPTH_MAX)]))).ok).toBe(true)
})

test('[Q2] a page that brings a chunk twice, or chunks out of order, is refused: its changes would be merged twice', () => {
  const chunk = (version: number): unknown => [version, 'ana', 3, [['CreateTheNote1j8NE_oDk', 1_806_161_920_000_000, 0, null]]]
  const pageOf = (...chunks: readonly unknown[]): unknown => ['e', REPLICA, SPACE, 1, 9, 0, null, 'c', 0, [], 0, chunks]
  expect(protocol.decodePage(pageOf(chunk(3), chunk(5))).ok).toBe(true)
  const refused = { ok: false, error: { code: 'message.malformed', path: '11/1/0' } }
  expect(protocol.decodePage(pageOf(chunk(3), chunk(3)))).toEqual(refused)
  expect(protocol.decodePage(pageOf(chunk(5), chunk(3)))).toEqual(refused)
})
