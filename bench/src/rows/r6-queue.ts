/** R6: changes that waited while there was no network, until the hub has all of them and another device has them too. */
import type { SpaceId } from '@tombolo/core'
import { atMost, type Row } from '../harness/figure.ts'
import { interleaved, median } from '../harness/measure.ts'
import { Trio } from '../harness/trio.ts'

const PER_SECOND_MIN = 25_000

export const r6: Row = {
  name: 'R6',
  measure: async ({ quick, scale }) => {
    const [count, rounds] = [quick ? 2000 : 5000 * scale, quick ? 3 : 7]
    const [raw, ours] = [await Trio.start('raw'), await Trio.start('our')]
    const space = await newSpace(ours)
    const perSecond: number[] = []
    let [rawStart, start] = [0, 0]
    const costs = await interleaved(rounds, {
      raw: async () => {
        await raw.writer.call('queue', { count, start: rawStart })
        rawStart += count
        const cost = await raw.cpuOf(async () => {
          await raw.writer.call('goOnline')
          await Promise.all([raw.writer.call('reach', { count: 0 }), raw.reader.call('reach', { count: rawStart })])
        })
        return cost / count
      },
      ours: async () => {
        await ours.writer.call('queue', { space, count, start })
        start += count
        const startedAtMs = performance.now()
        const cost = await ours.cpuOf(async () => {
          await ours.writer.call('goOnline')
          await reach(ours, space, start + 1)
        })
        perSecond.push((1000 * count) / (performance.now() - startedAtMs))
        return cost / count
      },
    })
    await raw.stop()
    await ours.stop()
    const rate = Math.round(median(perSecond.slice(1)))
    const note = `${rate.toLocaleString('en')} changes/s on the wall; ≥ ${PER_SECOND_MIN.toLocaleString('en')} wanted`
    return [
      atMost(1.5, { key: 'R6', work: `${count.toLocaleString('en')} queued changes → hub → device`, unit: 'µs CPU/change', note }, costs),
    ]
  },
}

/** Of which all three know. */
export async function newSpace(ours: Trio): Promise<SpaceId> {
  const space = await ours.writer.call<SpaceId>('createSpace')
  await reach(ours, space, 1)
  return space
}

const reach = (ours: Trio, space: SpaceId, version: number): Promise<unknown> =>
  Promise.all([ours.writer.call('reach', { space, version }), ours.reader.call('reach', { space, version })])
