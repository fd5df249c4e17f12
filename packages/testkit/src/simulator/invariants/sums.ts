/**
 * H-SUM: in the end a counter has every increment that was confirmed and not given up, and none that nobody asked for. An act that was
 * carried out twice, as two changes, is found by this alone.
 */
import type { Content, Intent } from '@tombolo/core'
import type { OpenedEngine } from '@tombolo/client/testing'
import { holds } from '../broken.ts'
import { type Counter, type Increment, incrementsIn, type Spot, spotOf } from '../reference/increments.ts'
import type { Standing } from '../reference/standing.ts'
import type { Written } from '../reference/writes.ts'
import type { Save } from '../truth.ts'

type Batch = Parameters<OpenedEngine['port']['write']>[0]
type Write = Pick<Extract<Batch, { type: 'write' }>, 'steps' | 'intent'>

interface Stands {
  readonly written: Pick<Written, 'collection' | 'id'>
  readonly standing: Pick<Standing, 'counters'>
}

/** What people counted. */
export class Counted {
  readonly #counters: readonly Counter[]
  readonly #asked: Increment[] = []
  readonly #confirmed = new Map<Intent, readonly Increment[]>()

  constructor(counters: readonly Counter[]) {
    this.#counters = counters
  }

  /** Somebody saves it. Whether they are told or not, it may be done. */
  asks(write: Write): void {
    this.#asked.push(...this.#incrementsOf(write))
  }

  /** What is sent in their name by somebody else, or is taken over by what replaces it, while a copy of the device may send it still. */
  sentTwice(contents: readonly Pick<Content, 'operations'>[]): void {
    this.#asked.push(...contents.flatMap(incrementsIn))
  }

  confirms(intent: Intent, write: Write): void {
    // A form that is saved again is the change that it was.
    if (write.intent !== undefined) return
    const before = this.#confirmed.get(intent) ?? []
    this.#confirmed.set(intent, [...before, ...this.#incrementsOf(write)])
  }

  /** `owed`: the saves that must be somewhere. */
  isRight(records: Iterable<Stands>, owed: Iterable<Save>): void {
    const sure = [...owed].flatMap(({ intent }) => this.#confirmed.get(intent) ?? [])
    const [up, down] = [(by: number) => Math.max(by, 0), (by: number) => Math.min(by, 0)]
    const [sureUp, sureDown, allUp, allDown] = [sumsOf(sure, up), sumsOf(sure, down), sumsOf(this.#asked, up), sumsOf(this.#asked, down)]
    for (const { written, standing } of records) {
      for (const counter of this.#counters.filter(({ collection }) => collection === written.collection)) {
        const spot = spotOf(counter, written.id)
        const sum = standing.counters.get(counter.field) ?? 0
        const least = (sureUp.get(spot) ?? 0) + (allDown.get(spot) ?? 0)
        const most = (allUp.get(spot) ?? 0) + (sureDown.get(spot) ?? 0)
        holds(sum >= least && sum <= most, 'H-SUM', () => `${spot} is ${sum}, and people counted ${least} to ${most}`)
      }
    }
  }

  #incrementsOf({ steps }: Write): readonly Increment[] {
    return steps.flatMap((step): readonly Increment[] => {
      const counters = this.#counters.filter(({ collection }) => collection === step.collection)
      if (step.type === 'increment')
        return counters.filter(({ field }) => field === step.field).map((counter) => ({ spot: spotOf(counter, step.record), by: step.by }))
      if (step.type !== 'add') return []
      return counters.flatMap((counter) => {
        const by = step.values[counter.field]
        return typeof by === 'number' ? [{ spot: spotOf(counter, step.record), by }] : []
      })
    })
  }
}

function sumsOf(increments: readonly Increment[], part: (by: number) => number): ReadonlyMap<Spot, number> {
  const sums = new Map<Spot, number>()
  for (const { spot, by } of increments) sums.set(spot, (sums.get(spot) ?? 0) + part(by))
  return sums
}
