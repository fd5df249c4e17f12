/** R7: one device writes, another sees it: flushed on the first before it is sent, and on the hub before it answers. */
import type { SpaceId } from '@tombolo/core'
import { atMost, type Figure, type Row } from '../harness/figure.ts'
import { median } from '../harness/measure.ts'
import { Trio } from '../harness/trio.ts'
import { newSpace } from './r6-queue.ts'

const WARM_UP = 50

export const r7: Row = {
  name: 'R7',
  measure: async ({ quick }) => {
    const count = quick ? 150 : 500
    const [raw, ours] = [await Trio.start('raw'), await Trio.start('our')]
    const space = await newSpace(ours)
    await ours.reader.call('watch', space)
    const [rawDelays, delays]: [number[], number[]] = [[], []]
    let [rawCpu, cpu] = [0, 0]
    for (let start = 0; start < WARM_UP + count; start += WARM_UP) {
      const isWarm = start > 0
      const rawCost = await raw.cpuOf(() => delaysOf(raw, { start }, isWarm ? rawDelays : []))
      const cost = await ours.cpuOf(() => delaysOf(ours, { space, start }, isWarm ? delays : []))
      if (isWarm) [rawCpu, cpu] = [rawCpu + rawCost, cpu + cost]
    }
    await raw.stop()
    await ours.stop()
    return [delayFigure(delays, rawDelays), cpuFigure(cpu / count, rawCpu / count)]
  },
}

async function delaysOf(trio: Trio, about: { readonly start: number; readonly space?: SpaceId }, into: number[]): Promise<void> {
  for (let number = about.start; number < about.start + WARM_UP; number++) {
    const seen = trio.reader.call<number>('see', number)
    const writtenAt = await trio.writer.call<number>('write', { ...about, number })
    into.push((await seen) - writtenAt)
  }
}

function delayFigure(ours: readonly number[], raw: readonly number[]): Figure {
  return atMost(
    1,
    { key: 'R7', work: 'A writes → B sees, p50', unit: 'µs', note: p99Of(ours, raw) },
    { ours: [median(ours)], raw: [median(raw)] },
  )
}

const cpuFigure = (ours: number, raw: number): Figure =>
  atMost(1.5, { key: 'R7cpu', work: 'the same, all three processes', unit: 'µs CPU/message' }, { ours: [ours], raw: [raw] })

const p99Of = (ours: readonly number[], raw: readonly number[]): string =>
  `p99 ${p99(ours)} µs, raw ${p99(raw)} µs; wall time: counts on a quiet machine only`

const p99 = (values: readonly number[]): string => ([...values].sort((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? 0).toFixed(0)
