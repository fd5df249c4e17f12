/** A line of the table: what a piece of work costs us, and what it costs with nothing but the engine underneath. */
import { median, medianRatio } from './measure.ts'
import type { Settings } from './settings.ts'

export interface Figure {
  readonly key: string
  readonly work: string
  readonly unit: string
  readonly ours: number
  readonly raw: number
  /** Ours over raw; of rates, raw over ours: less is better everywhere. */
  readonly ratio: number
  /** In words, as the goal is set. */
  readonly goal: string
  readonly reached: boolean
  /** `ours` and `raw` are how much is done in a time, and more is better. */
  readonly isRate?: true
  /** Beside the goal: fsyncs, rates, the spread of the rounds. */
  readonly note?: string
  /** What the same costs on larger stores, as a multiple of what it costs on those of `--scale 1`. */
  readonly growth?: Growth
}

export interface Growth {
  readonly scale: number
  readonly ours: number
  readonly raw: number
}

/** One file in rows/. */
export interface Row {
  readonly name: string
  readonly measure: (settings: Settings) => Promise<readonly Figure[]>
}

export interface Costs {
  readonly ours: readonly number[]
  readonly raw: readonly number[]
}

type Said = Pick<Figure, 'key' | 'work' | 'unit'> & { readonly note?: string }

/** `figure`, which was measured at `scale`, with how it grew from `small`. */
export function grown(figure: Figure, small: Figure, scale: number): Figure {
  const times = (large: number, before: number): number => (figure.isRate === true ? before / large : large / before)
  return { ...figure, growth: { scale, ours: times(figure.ours, small.ours), raw: times(figure.raw, small.raw) } }
}

/** A figure whose goal is a ratio of costs. */
export function atMost(most: number, said: Said, { ours, raw }: Costs): Figure {
  const ratio = medianRatio(ours, raw)
  return { ...said, ours: median(ours), raw: median(raw), ratio, goal: `≤ ${most} × raw`, reached: ratio <= most }
}
