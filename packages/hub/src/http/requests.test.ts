import { gzipSync } from 'node:zlib'
import { encodePushRequest, type Json, PROBLEMS, type ProblemCode, PUSH_BYTES_MAX, type PushRequest } from '@tombolo/core'
import { describe, expect, it } from 'vitest'
import { refused } from '../problem.ts'
import { type Bench, openBench } from '../test/bench-hub.ts'
import { type Device, notes, setTitle } from '../test/device.ts'

type Sent = Parameters<Bench['post']>[1]
type Init = Parameters<Bench['post']>[2]

interface Bad {
  readonly name: string
  readonly code: ProblemCode
  readonly body: (wire: readonly unknown[], device: Device) => Sent
  readonly init?: Init
}

/** The request with one member changed. */
const withMember = (wire: readonly unknown[], at: number, member: unknown): Sent =>
  wire.map((value, index) => (index === at ? member : value))

/** The request with one member of its first change changed. */
const withChange = (wire: readonly unknown[], at: number, member: unknown): Sent => {
  const changes = wire[7] as readonly (readonly unknown[])[]
  return withMember(wire, 7, [(changes[0] ?? []).map((value, index) => (index === at ? member : value))])
}

/** The request with a receipt for its first change. */
const withReceipt = (wire: readonly unknown[], receipt: unknown): Sent => {
  const changes = wire[7] as readonly (readonly unknown[])[]
  return withMember(wire, 7, [[...(changes[0] ?? []).slice(0, 3), null, 0, 0, receipt]])
}

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

const BAD: readonly Bad[] = [
  { name: 'no JSON', code: 'message.malformed', body: () => 'nonsense' },
  { name: 'nothing', code: 'message.malformed', body: () => '' },
  { name: 'truncated JSON', code: 'message.malformed', body: (wire) => JSON.stringify(wire).slice(0, -9) },
  { name: 'no list', code: 'message.malformed', body: () => ({}) },
  { name: 'null', code: 'message.malformed', body: () => 'null' },
  { name: 'an unknown protocol', code: 'protocol.unsupported', body: (wire) => withMember(wire, 0, 99) },
  { name: 'a space that is no id', code: 'message.malformed', body: (wire) => withMember(wire, 3, '../../etc/passwd') },
  { name: 'a replica that is no id', code: 'message.malformed', body: (wire) => withMember(wire, 2, 'x') },
  { name: 'a base that is no number', code: 'message.malformed', body: (wire) => withMember(wire, 5, '0') },
  { name: 'a stamp beyond the calendar', code: 'stamp.malformed', body: (wire) => withChange(wire, 1, Number.MAX_SAFE_INTEGER) },
  { name: 'a stamp that is no number', code: 'stamp.malformed', body: (wire) => withChange(wire, 1, 'now') },
  { name: 'a large body nested too deep', code: 'message.tooDeep', body: () => nested(1_000_000) },
  { name: 'more bytes than a push may have', code: 'message.tooLarge', body: () => `"${'x'.repeat(PUSH_BYTES_MAX)}"` },
  {
    name: 'a bomb',
    code: 'message.tooLarge',
    body: () => gzipSync(Buffer.alloc(4 * PUSH_BYTES_MAX)),
    init: { headers: { 'content-encoding': 'gzip' } },
  },
  { name: 'no gzip under its name', code: 'message.malformed', body: () => 'plain', init: { headers: { 'content-encoding': 'gzip' } } },
  {
    name: 'gzip that is cut off',
    code: 'message.malformed',
    body: (wire) => gzipSync(JSON.stringify(wire)).subarray(0, -9),
    init: { headers: { 'content-encoding': 'gzip' } },
  },
  {
    name: 'a bomb of brackets',
    code: 'message.tooDeep',
    body: () => gzipSync(nested(PUSH_BYTES_MAX / 2)),
    init: { headers: { 'content-encoding': 'gzip' } },
  },
  {
    name: 'two codings',
    code: 'media.unsupported',
    body: (wire) => gzipSync(gzipSync(JSON.stringify(wire))),
    init: { headers: { 'content-encoding': 'gzip, gzip' } },
  },
  { name: 'no UTF-8', code: 'message.malformed', body: () => Buffer.from([0x5b, 0x22, 0xff, 0xfe, 0x22, 0x5d]) },
  {
    // Read as U+FFFD it would be another content under the same intent, and what the person wrote would be refused for it.
    name: 'a title in Latin-1',
    code: 'message.malformed',
    body: (wire) => Buffer.from(JSON.stringify(wire).replace('second', 'café'), 'latin1'),
  },
  { name: 'UTF-16', code: 'message.malformed', body: (wire) => Buffer.from(`\ufeff${JSON.stringify(wire)}`, 'utf16le') },
  {
    name: 'a space that the hub does not have',
    code: 'space.unknown',
    body: (wire) => withMember(wire.slice(0, 9), 3, 'AZPk0nwAehGKIjtMXW5_gA'),
  },
  { name: 'an epoch of another history', code: 'epoch', body: (wire) => withMember(wire, 1, 'another') },
  { name: 'a base beyond what the hub has', code: 'push.gap', body: (wire) => withMember(wire, 5, 7) },
  { name: 'another chain', code: 'push.fork', body: (wire) => withMember(wire, 6, 'B'.repeat(22)) },
  { name: 'a cursor that nobody gave out', code: 'cursor.invalid', body: (wire) => [...wire.slice(0, 8), 'made-up'] },
  { name: 'a forged receipt', code: 'receipt.invalid', body: (wire) => withReceipt(wire, [0, 0, 'B'.repeat(22)]) },
  {
    name: 'a replica id of another account',
    code: 'replica.foreign',
    body: (wire) => JSON.stringify(wire),
    init: { account: 'bob' },
  },
  { name: 'a schema of the same version that differs', code: 'schema.mismatch', body: (wire) => withMember(wire, 4, [1, 'B'.repeat(22)]) },
  { name: 'a schema of a later version', code: 'schema.newer', body: (wire) => withMember(wire, 4, [99, 'B'.repeat(22)]) },
  {
    name: 'an unknown coding',
    code: 'media.unsupported',
    body: (wire) => JSON.stringify(wire),
    init: { headers: { 'content-encoding': 'br' } },
  },
  {
    name: 'a form',
    code: 'media.unsupported',
    body: () => 'a=1',
    init: { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  },
  { name: 'another host', code: 'host.forbidden', body: (wire) => JSON.stringify(wire), init: { headers: { host: 'evil.test' } } },
  {
    name: 'a foreign page',
    code: 'origin.forbidden',
    body: (wire) => JSON.stringify(wire),
    init: { headers: { origin: 'http://evil.test' } },
  },
  { name: 'a page of no origin', code: 'origin.forbidden', body: (wire) => JSON.stringify(wire), init: { headers: { origin: 'null' } } },
]

describe('a request', () => {
  it.each(BAD)('[P4] with $name is $code, and nothing has happened', async ({ code, body, init }) => {
    const { bench, device, push } = await prepared()
    const before = bench.dump()
    const response = await bench.post('push', body(encodePushRequest(push) as readonly unknown[], device), init)
    await expectProblem(response, code)
    expect(bench.dump()).toBe(before)
  })

  it.each(['auth.required', 'auth.expired'] as const)('[P4] whose sign-in is %s changes nothing', async (code) => {
    let isSignedIn = true
    const { bench, push } = await prepared({
      auth: async () => (isSignedIn ? { account: 'ann' } : { problem: refused(code) }),
    })
    isSignedIn = false
    const before = bench.dump()
    await expectProblem(await bench.post('push', encodePushRequest(push)), code)
    expect(bench.dump()).toBe(before)
  })

  it('[P4] whose sign-in fails in itself is told so, and the hub goes on', async () => {
    let isBroken = true
    const auth = async (): Promise<{ account: string }> => {
      if (isBroken) throw new Error('a bug in the sign-in')
      return { account: 'ann' }
    }
    const bench = await openBench({ auth })
    await expectProblem(await bench.post('hello', []), 'hub.fault')
    expect(await bench.hub.live.admit(new Headers({ host: 'hub.test' }))).toEqual({ problem: { code: 'hub.fault' } })
    isBroken = false
    await expectProblem(await bench.post('hello', []), 'message.malformed')
  })

  it('[P4] to an unknown path or by another method is told so', async () => {
    const { bench } = await prepared()
    await expectProblem(await bench.post('nowhere', []), 'path.unknown')
    await expectProblem(await bench.hub.fetch(new Request('http://hub.test/sync/push')), 'method.unsupported')
  })

  it('[S1] has its id echoed, and its answer is kept by no cache', async () => {
    const { bench, push } = await prepared()
    const response = await bench.post('push', encodePushRequest(push), { headers: { 'tombolo-request': 'abc-123' } })
    expect(response.headers.get('tombolo-request')).toBe('abc-123')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const strange = await bench.post('push', encodePushRequest(push), { headers: { 'tombolo-request': 'a b<script>' } })
    expect(strange.headers.get('tombolo-request')).toBeNull()
  })

  it('[P4] may be packed, and so may its answer', async () => {
    const { bench, device, push } = await prepared()
    const body = gzipSync(JSON.stringify(encodePushRequest(push)))
    expect((await bench.post('push', new Uint8Array(body), { headers: { 'content-encoding': 'gzip' } })).status).toBe(200)
    for (let count = 0; count < 50; count++) device.note([setTitle(`note ${count}`)])
    const answer = await bench.post('push', encodePushRequest(device.push(2)), { headers: { 'accept-encoding': 'gzip' } })
    expect(answer.headers.get('content-encoding')).toBe('gzip')
  })
})

/** A change that a person made is refused by a verdict; the push is fine. */
describe('a change', () => {
  const cases: readonly { readonly name: string; readonly code: string; readonly write: (device: Device) => unknown }[] = [
    {
      name: 'of an unknown collection',
      code: 'schema.unknownCollection',
      write: (device) => device.write(device.content([{ ...notes(device.record(), []), collection: 'nowhere' }])),
    },
    {
      name: 'of an unknown field',
      code: 'schema.unknownField',
      write: (device) => device.note([{ kind: 'set', field: 'nothing', value: 1, over: [] }]),
    },
    {
      name: 'of a wrong type',
      code: 'value.type',
      write: (device) => device.note([{ kind: 'set', field: 'title', value: [1], over: [] }]),
    },
    { name: 'of a wrong kind', code: 'operation.kind', write: (device) => device.note([{ kind: 'increment', field: 'title', by: 1 }]) },
    {
      name: 'of a newer schema',
      code: 'schema.newer',
      write: (device) => device.write(device.content([notes(device.record(), [setTitle('x')])], { schemaVersion: 2 })),
    },
    {
      name: 'with a value nested too deep',
      code: 'value.tooDeep',
      write: (device) => device.note([{ kind: 'set', field: 'any', value: deep(33), over: [] }]),
    },
    {
      name: 'with one field twice',
      code: 'operation.twice',
      write: (device) => device.note([setTitle('a'), setTitle('b')]),
    },
    {
      name: 'with a label that is too long',
      code: 'change.label',
      write: (device) => device.write(device.content([], { label: 'x'.repeat(300) })),
    },
  ]

  it.each(cases)('[P3] $name is refused with $code, and no record changes', async ({ code, write }) => {
    const { bench, device } = await prepared()
    write(device)
    const answer = await bench.push(device.push(1))
    expect(answer).toMatchObject({ head: 2, verdicts: [{ type: 'applied' }, { type: 'rejected', code }] })
    const page = await bench.pull(device.pull({ accept: 'records' }))
    expect(page).toMatchObject({ body: { records: [{ record: { version: 1 } }, { record: { version: 2 } }] } })
  })
})

const deep = (depth: number): Json => (depth === 0 ? [] : [deep(depth - 1)])

async function prepared(
  over: Parameters<typeof openBench>[0] = {},
): Promise<{ readonly bench: Bench; readonly device: Device; readonly push: PushRequest }> {
  const bench = await openBench(over)
  const device = bench.device()
  device.note([setTitle('first')])
  await bench.push(device.push())
  device.note([setTitle('second')])
  return { bench, device, push: device.push(1) }
}

async function expectProblem(response: Response, code: ProblemCode): Promise<void> {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await response.json()).toMatchObject({ code, ...PROBLEMS[code] })
  expect(response.status).toBe(PROBLEMS[code].status)
}
