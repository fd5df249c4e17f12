/** R8: writes of registers merged in memory, and decoded, merged and persisted as a device does it with the pages of a pull. */
import { Actor } from '../harness/actor.ts'
import type { Figure, Row } from '../harness/figure.ts'
import { interleaved, median, medianRatio } from '../harness/measure.ts'
import type { Way } from '../ours/merging.ts'

const RECORDS = 2000
const WARM_UPS = 4
const IN_MEMORY_MIN = 1_000_000
const PERSISTED_MIN = 250_000

export const r8: Row = {
  name: 'R8',
  measure: async ({ quick, scale }) => {
    const mergers: Actor[] = []
    const sample = async (way: Way): Promise<() => Promise<number>> => {
      const merger = new Actor(new URL('../actors/merger.js', import.meta.url))
      mergers.push(merger)
      await merger.call('prepare', { way, records: RECORDS * scale })
      return () => merger.call('pass')
    }
    const samples = {
      numbers: await sample('numbers'),
      strings: await sample('strings'),
      merged: await sample('merged'),
      rawPersisted: await sample('rawPersisted'),
      persisted: await sample('persisted'),
    }
    const costs = await interleaved(quick ? 5 : 9, samples, WARM_UPS)
    for (const merger of mergers) await merger.stop()
    const numbers = Math.round(perSecond(costs.numbers)).toLocaleString('en')
    const note = `raw: string clocks in a map; numeric clocks in typed arrays ${numbers}`
    return [
      rateFigure({ key: 'R8', work: 'registers merged in memory', note }, IN_MEMORY_MIN, costs.merged, costs.strings),
      rateFigure({ key: 'R8persisted', work: 'decoded, merged, persisted' }, PERSISTED_MIN, costs.persisted, costs.rawPersisted),
    ]
  },
}

const perSecond = (micros: readonly number[]): number => 1e6 / median(micros)

type Said = Pick<Figure, 'key' | 'work'> & { readonly note?: string }

function rateFigure(said: Said, least: number, ours: readonly number[], raw: readonly number[]): Figure {
  const rate = perSecond(ours)
  const [unit, goal] = ['per CPU-second', `≥ ${least.toLocaleString('en')}`]
  return { ...said, unit, isRate: true, ours: rate, raw: perSecond(raw), ratio: medianRatio(ours, raw), goal, reached: rate >= least }
}
