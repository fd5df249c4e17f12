import { describe, expect, it } from 'vitest'
import { good, openBench } from './test/bench-hub.ts'
import { setTitle } from './test/device.ts'

describe('a push', () => {
  it('[P3] gives each change its verdict and makes the space', async () => {
    const bench = await openBench()
    const device = bench.device()
    device.note([setTitle('one')])
    device.note([setTitle('two')])
    const answer = good(await bench.push(device.push()))
    expect(answer).toMatchObject({ epoch: 'first-epoch', head: 2, account: 'ann', replica: device.replica, space: device.space })
    expect(answer.verdicts).toMatchObject([
      { type: 'applied', version: 1, name: device.written[0]?.name, attempt: 0, receipt: { unverified: true } },
      { type: 'applied', version: 2, name: device.written[1]?.name },
    ])
    const again = good(await bench.push(device.push()))
    expect(again.verdicts).toEqual(answer.verdicts)
  })

  it('[Q2] is pulled by another device as log', async () => {
    const bench = await openBench()
    const device = bench.device()
    device.note([setTitle('one')])
    good(await bench.push(device.push()))
    const page = good(await bench.pull(device.pull()))
    expect(page).toMatchObject({
      more: false,
      head: 1,
      body: { type: 'log', entries: [{ version: 1, content: device.written[0]?.change.content }] },
    })
    const after = good(await bench.pull(device.pull({ cursor: page.cursor })))
    expect(after.body).toEqual({ type: 'log', entries: [] })
    expect(after.cursor).toBe(page.cursor)
    const records = good(await bench.pull(device.pull({ accept: 'records' })))
    expect(records.body).toMatchObject({ type: 'records', whole: true, records: [{ collection: 'notes', record: { version: 1 } }] })
  })
})
