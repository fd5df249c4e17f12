import { decodePollAnswer, encodePollRequest, encodePullRequest, type SpaceId } from '@tombolo/core'
import { describe, expect, it } from 'vitest'
import { type Bench, good, openBench } from '../test/bench-hub.ts'
import { type Device, setTitle } from '../test/device.ts'
import { LiveEnd } from '../test/live.ts'

async function spaceWith(bench: Bench): Promise<Device> {
  const device = bench.device()
  device.note([setTitle('one')])
  good(await bench.push(device.push()))
  return device
}

/** Another device of the account, with a socket that stands at the head. */
async function watching(bench: Bench, space: SpaceId): Promise<{ readonly device: Device; readonly live: LiveEnd }> {
  const device = bench.device(space)
  const live = new LiveEnd(bench.hub.live)
  device.cursor = (await live.pull(device.pull())).cursor
  live.frames.length = 0
  return { device, live }
}

const writeMore = async (bench: Bench, device: Device, title: string): Promise<unknown> => {
  device.note([setTitle(title)])
  return good(await bench.push(device.push(device.written.length - 1)))
}

describe('a live socket', () => {
  it('[Q7] that stands at the head gets what follows as deltas, each from the cursor before it', async () => {
    const bench = await openBench()
    const writer = await spaceWith(bench)
    const { device, live } = await watching(bench, writer.space)
    await writeMore(bench, writer, 'two')
    await writeMore(bench, writer, 'three')
    const [first, second] = live.deltas()
    expect(live.heard()).toEqual(['delta', 'delta'])
    expect(first).toMatchObject({ from: device.cursor, head: 2, replica: device.replica, more: false, body: { entries: [{ version: 2 }] } })
    expect(second).toMatchObject({ from: first?.cursor, head: 3, body: { entries: [{ version: 3 }] } })
    const page = good(await bench.pull(device.pull({ cursor: second?.cursor ?? null })))
    expect(page).toMatchObject({ cursor: second?.cursor, body: { entries: [] } })
  })

  it('[Q7] that stands elsewhere, or has read nothing, gets a hint', async () => {
    const bench = await openBench()
    const writer = await spaceWith(bench)
    const live = new LiveEnd(bench.hub.live)
    await writeMore(bench, writer, 'two')
    expect(live.frames).toEqual([{ type: 'head', space: writer.space, head: 2 }])
  })

  it('[Q7] gets a hint instead of a large delta', async () => {
    const bench = await openBench()
    const writer = await spaceWith(bench)
    const { live } = await watching(bench, writer.space)
    await writeMore(bench, writer, 'x'.repeat(100_000))
    expect(live.heard()).toEqual(['head 2'])
  })

  it('[Q7] of another account hears nothing', async () => {
    const bench = await openBench()
    const writer = await spaceWith(bench)
    const live = new LiveEnd(bench.hub.live, 'eve')
    await writeMore(bench, writer, 'two')
    expect(live.frames).toEqual([])
  })

  it('[Q7] carries pushes; its own change is not sent back to it, and moves its cursor', async () => {
    const bench = await openBench()
    const writer = await spaceWith(bench)
    const { device, live } = await watching(bench, writer.space)
    device.note([setTitle('mine')])
    const answer = await live.push(device.push())
    expect(live.heard()).toEqual(['answer'])
    expect(answer.cursor).not.toBeNull()
    await writeMore(bench, writer, 'theirs')
    expect(live.heard()).toEqual(['answer', 'delta'])
    expect(live.deltas()).toMatchObject([{ from: answer.cursor, body: { entries: [{ version: 3 }] } }])
  })

  it('[Q2] hears the answer of its push before any delta, also of the same transaction', async () => {
    const bench = await openBench()
    const writer = await spaceWith(bench)
    const { device, live } = await watching(bench, writer.space)
    device.note([setTitle('mine')])
    writer.note([setTitle('theirs')])
    const [theirs, mine] = await Promise.all([bench.push(writer.push(1)), live.push(device.push())])
    expect(new Set([good(theirs).head, mine.head])).toEqual(new Set([2, 3]))
    expect(live.heard()[0]).toBe('answer')
    const heads = live.frames.filter(({ type }) => type === 'head' || type === 'delta')
    expect(heads).toHaveLength(1)
  })

  it('[Q7] that reads too slowly gets hints only, and then is asked to come back', async () => {
    const bench = await openBench()
    const writer = await spaceWith(bench)
    const { live } = await watching(bench, writer.space)
    live.buffered = 2 * 1024 * 1024
    await writeMore(bench, writer, 'two')
    expect(live.heard()).toEqual(['head 2'])
    live.buffered = 9 * 1024 * 1024
    await writeMore(bench, writer, 'three')
    expect(live.closedWith).toBe(1013)
  })

  it.each(['nonsense', '[0,"a","nowhere",[]]', '[2,"AAAAAAAAAAAAAAAAAAAAAA",1]', '{}'])('[P4] that says %s is closed', async (frame) => {
    const bench = await openBench()
    const live = new LiveEnd(bench.hub.live)
    live.say(frame)
    expect(live.closedWith).toBe(1002)
  })

  it('[P4] that asks much without waiting for answers is told hub.limited, and gets what was taken in', async () => {
    const bench = await openBench()
    const writer = await spaceWith(bench)
    const { device, live } = await watching(bench, writer.space)
    for (let count = 0; count < 40; count++) live.say([0, `r${count}`, 'pull', encodePullRequest(device.pull())])
    expect(live.frames).toHaveLength(8)
    expect(live.frames[0]).toMatchObject({ id: 'r32', status: 429, body: { code: 'hub.limited', retryAfterMs: 1000 } })
    while (live.frames.length < 40) await new Promise((resolve) => setImmediate(resolve))
    expect(await live.pull(device.pull())).toMatchObject({ head: 1 })
  })

  it('[P4] answers what cannot be with the same problem as HTTP', async () => {
    const bench = await openBench()
    const live = new LiveEnd(bench.hub.live)
    live.say([0, 'a', 'push', [1]])
    expect(live.frames).toMatchObject([{ type: 'answer', id: 'a', status: 400, body: { code: 'message.malformed' } }])
  })

  it('[P4] ends with the hub, after every push has its answer', async () => {
    const bench = await openBench()
    const writer = await spaceWith(bench)
    const { live } = await watching(bench, writer.space)
    writer.note([setTitle('two')])
    const pushed = bench.push(writer.push(1))
    await new Promise((resolve) => setImmediate(resolve))
    await bench.hub.close()
    expect(good(await pushed).head).toBe(2)
    expect(live.closedWith).toBe(1001)
    expect(await bench.push(writer.push())).toMatchObject({ code: 'hub.unavailable' })
  })
})

describe('a long poll', () => {
  const poll = async (
    bench: Bench,
    device: Device,
    heads: readonly { readonly space: SpaceId; readonly head: number }[],
    waitMs: number,
  ) => {
    const response = await bench.post('poll', encodePollRequest({ replica: device.replica, heads, waitMs }))
    const answer = decodePollAnswer(await response.json())
    return answer.ok ? answer.value.heads : null
  }

  it('[Q7] answers at once with the heads that the device does not have', async () => {
    const bench = await openBench()
    const writer = await spaceWith(bench)
    expect(await poll(bench, writer, [], 20_000)).toEqual([{ space: writer.space, head: 1 }])
    expect(await poll(bench, writer, [{ space: writer.space, head: 7 }], 20_000)).toEqual([{ space: writer.space, head: 1 }])
  })

  it('[Q7] waits for a head to move, and ends in silence when none does', async () => {
    const bench = await openBench()
    const writer = await spaceWith(bench)
    const known = [{ space: writer.space, head: 1 }]
    const waiting = poll(bench, writer, known, 20_000)
    await writeMore(bench, writer, 'two')
    expect(await waiting).toEqual([{ space: writer.space, head: 2 }])
    expect(await poll(bench, writer, [{ space: writer.space, head: 2 }], 1)).toEqual([])
  })
})
