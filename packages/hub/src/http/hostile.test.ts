/** Requests that a fault, or malice, has altered: whatever comes, the hub answers with a code of its own and keeps what it has. */
import { encodePollRequest, encodePullRequest, encodePushRequest, isProblemCode, type Problem } from '@tombolo/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bench, good, openBench } from '../test/bench-hub.ts'
import { type Device, setTitle } from '../test/device.ts'
import { LiveEnd } from '../test/live.ts'

const RUNS = 200

const nasty: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom<unknown>(
    null,
    -1,
    -0,
    0.5,
    1e308,
    2 ** 53,
    '',
    '\ud800',
    '__proto__',
    'constructor',
    'A'.repeat(22),
    'x'.repeat(5000),
    [],
    [[]],
    {},
  ),
)

/** Follows `steps` down the lists and puts `member` where they end. */
function altered(value: unknown, steps: readonly number[], member: unknown): unknown {
  const [step, ...others] = steps
  if (!Array.isArray(value) || value.length === 0 || step === undefined) return member
  const at = step % value.length
  return value.map((inner: unknown, index) => (index === at ? altered(inner, others, member) : inner))
}

const alteration = fc.tuple(fc.array(fc.nat(12), { minLength: 1, maxLength: 8 }), nasty)

/** A hub with one change, and a device that has another to push. */
async function prepared(): Promise<{
  readonly bench: Bench
  readonly device: Device
  readonly messages: Readonly<Record<string, unknown>>
}> {
  const bench = await openBench()
  const device = bench.device()
  device.note([setTitle('first')])
  good(await bench.push(device.push()))
  device.note([
    setTitle('second'),
    { kind: 'addTo', field: 'tags', element: 'owl', over: [] },
    { kind: 'increment', field: 'visits', by: 1 },
  ])
  const page = good(await bench.pull(device.pull()))
  const push = encodePushRequest({ ...device.push(1), cursor: page.cursor })
  const pull = encodePullRequest(device.pull({ cursor: page.cursor }))
  const poll = encodePollRequest({ replica: device.replica, heads: [{ space: device.space, head: 7 }], waitMs: 0 })
  return { bench, device, messages: JSON.parse(JSON.stringify({ push, pull, poll })) as Record<string, unknown> }
}

describe('[P4] a request with one member exchanged', () => {
  it.each(['push', 'pull', 'poll'])('to %s is answered, or refused with a code and without a trace', async (path) => {
    const { bench, device, messages } = await prepared()
    await fc.assert(
      fc.asyncProperty(alteration, async ([steps, member]) => {
        const message = altered(messages[path], steps, member)
        if (path === 'poll' && Array.isArray(message)) message[3] = 0
        const before = bench.dump()
        const response = await bench.post(path, message)
        if (response.status === 200) return
        const { code } = (await response.json()) as Problem
        expect(isProblemCode(code)).toBe(true)
        expect(response.status).toBeLessThan(500)
        expect(bench.dump()).toBe(before)
      }),
      { numRuns: RUNS },
    )
    expect(good(await bench.pull(device.pull({ accept: 'records' }))).body).toMatchObject({ type: 'records' })
  })

  it('on a live socket is answered as well, or ends the socket', async () => {
    const { bench, messages } = await prepared()
    await fc.assert(
      fc.asyncProperty(alteration, fc.constantFrom('push', 'pull'), async ([steps, member], path) => {
        const live = new LiveEnd(bench.hub.live)
        live.say(JSON.stringify(altered([0, 'r1', path, messages[path]], steps, member)))
        while (live.frames.length === 0 && live.closedWith === null) await new Promise((resolve) => setImmediate(resolve))
        const [frame] = live.frames
        const isAnswered = frame?.type === 'answer' && frame.status < 500
        expect([1002, 'answered']).toContain(live.closedWith ?? (isAnswered ? 'answered' : frame))
        live.leave()
      }),
      { numRuns: RUNS },
    )
  })
})

it('[P5] whatever values a change holds, it gets its verdict, and what the hub keeps can be read again', async () => {
  const bench = await openBench({ inMemory: true })
  const device = bench.device()
  const field = fc.constantFrom('title', 'body', 'tags', 'visits', 'any', 'place', 'nothing', '$life')
  const operation = fc.oneof(
    fc.record({ kind: fc.constant('set' as const), field, value: nasty, over: fc.constant([]) }),
    fc.record({ kind: fc.constantFrom('addTo' as const, 'removeFrom' as const), field, element: nasty, over: fc.constant([]) }),
    fc.record({ kind: fc.constant('increment' as const), field, by: fc.maxSafeInteger() }),
  )
  let pushed = 0
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 4 }), async (operations) => {
      device.note([setTitle('a title'), ...operations] as Parameters<Device['note']>[0])
      const answer = good(await bench.push(device.push(pushed++)))
      expect(answer.verdicts).toHaveLength(1)
    }),
    // Each run goes on where the one before ended, so a failure cannot be shrunk.
    { numRuns: RUNS, endOnFailure: true },
  )
  const log = good(await bench.pull(device.pull()))
  const records = good(await bench.pull(device.pull({ accept: 'records' })))
  expect(log.head).toBeGreaterThan(0)
  expect(records.head).toBe(log.head)
})
