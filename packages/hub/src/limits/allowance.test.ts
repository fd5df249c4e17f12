import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Allowance } from './allowance.ts'

const RATE = { perSecond: 1000, burst: 5000 }

test('[S7] an asker spends a burst at once, and goes on at its rate', () => {
  const allowance = new Allowance(RATE)
  allowance.spend('ann', 5000, 0)
  expect(allowance.waitMs('ann', 0)).toBe(0)
  allowance.spend('ann', 1, 0)
  expect(allowance.waitMs('ann', 0)).toBe(1)
  expect(allowance.waitMs('ann', 1)).toBe(0)
  allowance.spend('ann', 1999, 1)
  expect(allowance.waitMs('ann', 1)).toBe(1999)
  expect(allowance.waitMs('ann', 2000)).toBe(0)
})

test('[S7] what one asker spends is not waited for by another', () => {
  const allowance = new Allowance(RATE)
  allowance.spend('ann', 10_000, 0)
  expect(allowance.waitMs('bob', 0)).toBe(0)
})

test('[S7] what one exchange cost too much is waited for, however much it is', () => {
  const allowance = new Allowance(RATE)
  allowance.spend('ann', 100_000, 0)
  expect(allowance.waitMs('ann', 0)).toBe(95_000)
  expect(allowance.waitMs('ann', 95_000)).toBe(0)
})

test('[S7] what was reserved is given back', () => {
  const allowance = new Allowance(RATE)
  allowance.spend('ann', 9000, 0)
  expect(allowance.waitMs('ann', 0)).toBe(4000)
  allowance.spend('ann', -8000, 0)
  expect(allowance.waitMs('ann', 0)).toBe(0)
})

test.each([
  [0, 1],
  [1, 0],
  [-1, 1],
  [1, Infinity],
  [Number.NaN, 1],
])('[S7] %d a second and %d at once would let nothing or everything in, and is no rate', (perSecond, burst) => {
  expect(() => new Allowance({ perSecond, burst })).toThrow(RangeError)
})

test('[S7] over any time an asker costs no more than its rate, a burst, and the last exchange', () => {
  const exchange = fc.record({ afterMs: fc.nat(3000), cost: fc.nat(20_000) })
  fc.assert(
    fc.property(fc.array(exchange, { maxLength: 60 }), (exchanges) => {
      const allowance = new Allowance(RATE)
      const spent: { readonly atMs: number; readonly cost: number }[] = []
      let nowMs = 0
      for (const { afterMs, cost } of exchanges) {
        nowMs += afterMs
        if (allowance.waitMs('ann', nowMs) > 0) continue
        allowance.spend('ann', cost, nowMs)
        spent.push({ atMs: nowMs, cost })
      }
      for (const [from, first] of spent.entries())
        for (let to = from, sum = 0; to < spent.length; to++) {
          const { atMs, cost } = spent[to] as (typeof spent)[number]
          expect(sum).toBeLessThanOrEqual(((atMs - first.atMs) * RATE.perSecond) / 1000 + RATE.burst + 1)
          sum += cost
        }
    }),
  )
})

test('[S7] askers that have paid are forgotten: those that came once cost no memory', () => {
  const allowance = new Allowance(RATE)
  // Who owes much stands in nobody's way.
  for (const debtor of ['b', 'c', 'd']) allowance.spend(debtor, 1e9, 0)
  for (let index = 0; index < 10_000; index++) allowance.spend(`a${index}`, 100, index)
  expect(allowance.size).toBeLessThan(250)
})
