import { copyFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { RESTORABLE_MS } from './durable.ts'
import { openSqlite } from './sqlite/index.ts'
import { type Bench, good, openBench } from './test/bench-hub.ts'
import { temporaryDatabase } from './test/database.ts'
import { type Device, setTitle } from './test/device.ts'
import { LiveEnd } from './test/live.ts'

const DAY_MS = 24 * 60 * 60 * 1000

const opened = (path: string): Promise<Bench> => openBench({ storage: openSqlite({ path, mintEpoch: () => 'an-epoch' }) })

/** Pushes one more change, and keeps the cursor. */
async function write(bench: Bench, device: Device, title: string): Promise<number> {
  device.note([setTitle(title)])
  return good(await bench.push(device.push(device.written.length - 1))).durableThrough
}

async function pulled(bench: Bench, device: Device): Promise<number> {
  const page = good(await bench.pull(device.pull()))
  device.cursor = page.cursor
  return page.durableThrough
}

describe('what can no longer be lost', () => {
  it('[P6] is what was applied before any copy that may be put back was made', async () => {
    const bench = await openBench()
    const device = bench.device()
    await write(bench, device, 'one')
    bench.clock.now += 3 * DAY_MS
    await write(bench, device, 'two')
    bench.clock.now += RESTORABLE_MS - 3 * DAY_MS - 1
    expect(await pulled(bench, device)).toBe(0)
    bench.clock.now += DAY_MS
    expect(await pulled(bench, device)).toBe(1)
    expect(await write(bench, device, 'three')).toBe(1)
    bench.clock.now += 3 * DAY_MS
    expect(await pulled(bench, device)).toBe(2)
    bench.clock.now += RESTORABLE_MS + DAY_MS
    expect(await pulled(bench, device)).toBe(3)
  })

  it('[P6] is told on a live socket as well', async () => {
    const bench = await openBench()
    const [writer, reader] = [bench.device(), bench.device()]
    await write(bench, writer, 'one')
    bench.clock.now += RESTORABLE_MS + DAY_MS
    const live = new LiveEnd(bench.hub.live)
    await live.pull({ ...reader.pull(), space: writer.space })
    await write(bench, writer, 'two')
    expect(live.deltas()).toMatchObject([{ head: 2, durableThrough: 1 }])
  })

  it('[P6] is as old as the operator says that copies may be', async () => {
    const bench = await openBench({ restorableMs: 30 * DAY_MS })
    const device = bench.device()
    await write(bench, device, 'one')
    bench.clock.now += RESTORABLE_MS + DAY_MS
    expect(await pulled(bench, device)).toBe(0)
    bench.clock.now += 30 * DAY_MS
    expect(await pulled(bench, device)).toBe(1)
  })

  it('[P6] is known to a hub that has started again', async () => {
    const path = temporaryDatabase()
    const first = await opened(path)
    const device = first.device()
    await write(first, device, 'one')
    await first.hub.close()
    await first.storage.close()
    const second = await opened(path)
    second.clock.now += RESTORABLE_MS + DAY_MS
    expect(await pulled(second, device)).toBe(1)
  })

  it('[P6] is nothing while the copies that may be put back are of another epoch', async () => {
    const [path, copy] = [temporaryDatabase(), temporaryDatabase()]
    const first = await opened(path)
    const device = first.device()
    await write(first, device, 'one')
    await first.hub.close()
    await first.storage.close()
    copyFileSync(path, copy)
    const second = await opened(path)
    second.clock.now += 30 * DAY_MS
    await write(second, device, 'two')
    expect(await pulled(second, device)).toBe(1)
    const restored = await opened(copy)
    restored.clock.now = second.clock.now
    expect(await restored.pull(device.pull())).toMatchObject({ code: 'epoch' })
    device.cursor = null
    expect(await pulled(restored, device)).toBe(0)
    restored.clock.now += RESTORABLE_MS + DAY_MS
    expect(await pulled(restored, device)).toBe(1)
  })

  it('[P6] counts what is sent again from when it came again, for a copy made just before lacks it', async () => {
    const [path, copy] = [temporaryDatabase(), temporaryDatabase()]
    const first = await opened(path)
    const device = first.device()
    await write(first, device, 'one')
    await first.hub.close()
    await first.storage.close()
    copyFileSync(path, copy)
    const second = await opened(path)
    second.clock.now += DAY_MS
    device.note([setTitle('two')])
    const { verdicts } = good(await second.push(device.push(1)))
    await pulled(second, device)
    const restored = await opened(copy)
    restored.clock.now += 6 * DAY_MS
    expect(await restored.pull(device.pull())).toMatchObject({ code: 'epoch' })
    device.cursor = null
    const again = device.push(1)
    const receipt = verdicts[0]?.type === 'applied' ? verdicts[0].receipt : null
    good(await restored.push({ ...again, changes: again.changes.map((change) => ({ ...change, receipt })) }))
    restored.clock.now += RESTORABLE_MS - 1
    expect(await pulled(restored, device)).toBe(0)
    restored.clock.now += DAY_MS
    expect(await pulled(restored, device)).toBe(2)
  })
})
