import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { observe, type Observed, type Signal, type SignalState, TEMPO, UNMEASURED } from './signal.ts'

const LEVELS: readonly Signal[] = ['none', 'poor', 'fair', 'good']
const SILENCE: Observed = { type: 'unanswered' }
const small = (durationMs: number): Observed => ({ type: 'answered', bytes: 500, durationMs })
const big = (kilobytesPerSecond: number): Observed => ({ type: 'answered', bytes: 100_000, durationMs: 100_000 / kilobytesPerSecond })
const times = (count: number, ...seen: readonly Observed[]): readonly Observed[] => Array.from({ length: count }, () => seen).flat()
const after = (seen: readonly Observed[], from: SignalState = UNMEASURED): SignalState => seen.reduce(observe, from)

const observed = fc.oneof(
  fc.constant(SILENCE),
  fc.record({ type: fc.constant('answered' as const), bytes: fc.nat(1_000_000), durationMs: fc.nat(60_000) }),
)

describe('[S6] signal is measured from the last exchanges', () => {
  test.each<[string, Signal, readonly Observed[]]>([
    ['4G: 60 ms, 2 MB/s', 'good', times(20, small(60), big(2000))],
    ['3G: 300 ms, 60 kB/s', 'fair', times(20, small(300), big(60))],
    ['satellite: 700 ms, 500 kB/s', 'fair', times(20, small(700), big(500))],
    ['2G: 1.2 s, 5 kB/s', 'poor', times(20, small(1200), big(5))],
    ['slow 2G: 2.5 s', 'poor', times(20, small(2500))],
    ['every third exchange lost', 'fair', times(10, small(100), SILENCE, small(100))],
    ['two of three lost', 'poor', times(10, SILENCE, small(100), SILENCE)],
    ['nothing comes back', 'none', times(3, SILENCE)],
  ])('[S6] %s is %s', (_name, level, seen) => {
    expect(after(seen).level).toBe(level)
  })

  test('[S6] one slow answer on a good line changes nothing', () => {
    const good = after(times(20, small(60)))
    expect(after([small(800)], good).level).toBe('good')
  })

  test('[S6] the first answer after none decides alone, so that the socket need not wait for old news to fade', () => {
    const gone = after([...times(20, small(2500)), ...times(5, SILENCE)])
    expect(gone.level).toBe('none')
    expect(after([small(100)], gone).level).toBe('fair')
    expect(after([small(3000)], gone).level).toBe('poor')
  })

  test('[S6] a line on the edge between two levels does not flutter', () => {
    const edge = times(50, small(262), small(278))
    let changes = 0
    let state = after(times(20, small(60)))
    for (const seen of edge) {
      const next = observe(state, seen)
      changes += next.level === state.level ? 0 : 1
      state = next
    }
    expect(changes).toBeLessThanOrEqual(1)
  })

  test('[S6] a level moves by one step at a time, but to none and back', () => {
    fc.assert(
      fc.property(fc.array(observed, { maxLength: 60 }), (seen) => {
        const levels = seen.map((_each, index) => after(seen.slice(0, index + 1)).level)
        const steps = levels.slice(1).map((level, index) => [levels[index] ?? 'none', level] as const)
        const jumps = steps.filter((pair) => !pair.includes('none') && Math.abs(LEVELS.indexOf(pair[0]) - LEVELS.indexOf(pair[1])) > 1)
        expect(jumps).toEqual([])
        expect(levels.filter((level, index) => level === 'none' && seen[index]?.type === 'answered')).toEqual([])
      }),
    )
  })

  test('[S6] whatever was before, a steady good line is good before long, and a steady poor one poor', () => {
    fc.assert(
      fc.property(fc.array(observed, { maxLength: 60 }), (seen) => {
        expect(after(times(40, small(50), big(1000)), after(seen)).level).toBe('good')
        expect(after(times(40, small(2500), big(2)), after(seen)).level).toBe('poor')
      }),
    )
  })

  test('[S6] a weaker level never asks more of the line, and only changes go over a poor one', () => {
    for (const [weaker, stronger] of [
      [TEMPO.none, TEMPO.poor],
      [TEMPO.poor, TEMPO.fair],
      [TEMPO.fair, TEMPO.good],
    ] as const) {
      expect(weaker.pushBytes).toBeLessThanOrEqual(stronger.pushBytes)
      expect(weaker.pageBytes).toBeLessThanOrEqual(stronger.pageBytes)
      expect(weaker.fanOut).toBeLessThanOrEqual(stronger.fanOut)
      expect(weaker.timeoutMs).toBeGreaterThanOrEqual(stronger.timeoutMs)
    }
    expect(TEMPO.poor).toMatchObject({ live: false, lanes: ['changes'] })
  })
})
