/** A custom rule that is no function of the concurrent writes keeps devices apart for good: it is found, and named. */
import { type Candidate, collection, integer, json, number, schema, string } from '@tombolo/core'
import { describe, expect, test } from 'vitest'
import { JudgedRules } from './judged-rules.ts'

const at = (stamp: number, value: Candidate['value']): Candidate => ({ value, stamp, by: 'ann' })
const numbers = [at(1, 0.1), at(3, 0.7), at(2, 0.2)]

type Choose = (candidates: readonly { readonly value: number; readonly stamp: number }[]) => number

/** What is found of a rule of `notes.weight` that is asked about some writes. */
function faultOf(choose: Choose, field: 'number' | 'integer' = 'number', candidates: readonly Candidate[] = numbers): string | null {
  const weight = field === 'number' ? number().custom(choose) : integer().custom(choose)
  const rules = new JudgedRules()
  const watched = rules.watched(schema({ version: 1, collections: { notes: collection({ weight }) } }))
  const definition = watched.collections['notes']?.fields['weight']
  if (definition?.kind !== 'register' || definition.rule.type !== 'custom') throw new Error('the rule is gone')
  for (let asked = 0; asked < 20; asked++) definition.rule.choose(candidates)
  return rules.take()
}

describe('[M1] a custom rule that does not converge is found, with the name of its field', () => {
  let calls = 0
  test.each<readonly [string, Choose, RegExp]>([
    ['chance', (all) => all[Math.floor(Math.random() * all.length)]?.value ?? 0, /is no function of the writes: it gave .*, and /],
    ['what it remembers', () => ++calls, /is no function of the writes/],
    ['the clock', (all) => all.length + Date.now(), /depends on the clock|is no function/],
    [
      'the day',
      (all) => (new Date().getFullYear() > 0 ? new Date().getFullYear() : all.length),
      /depends on the clock: it gave \d+, and on another day \d+/,
    ],
    ['the order', (all) => all[0]?.value ?? 0, /depends on the order: it gave 0.1, and the other way round 0.2/],
    [
      'an error',
      () => {
        throw new Error('no weight')
      },
      /throws Error: no weight/,
    ],
    ['nothing', () => undefined as never, /gives undefined/],
  ])('%s', (_, choose, words) => {
    const fault = faultOf(choose)
    expect(fault).toMatch(/^the custom rule of notes\.weight /)
    expect(fault).toMatch(words)
    // With what it was asked.
    expect(fault).toContain('"value":0.7')
  })

  test('a value that the field cannot hold', () => {
    expect(faultOf((all) => all.reduce((sum, { value }) => sum + value, 0) / all.length, 'integer', [at(1, 1), at(2, 2)])).toContain(
      'gives 1.5, which the field cannot hold (value.type)',
    )
  })
})

describe('a rule that converges is left alone', () => {
  test.each<readonly [string, Choose]>([
    ['the greatest', (all) => Math.max(...all.map(({ value }) => value))],
    ['the latest', (all) => all.reduce((a, b) => (a.stamp > b.stamp ? a : b)).value],
    // Summed the other way round, fractions differ in their last digit.
    ['the mean', (all) => all.reduce((sum, { value }) => sum + value, 0) / all.length],
  ])('%s', (_, choose) => {
    expect(faultOf(choose)).toBeNull()
  })

  test('also one of values with parts', () => {
    const rules = new JudgedRules()
    const track = json<{ readonly length: number }>().custom((all) => ({ length: all.reduce((sum, { value }) => sum + value.length, 0) }))
    const watched = rules.watched(schema({ version: 1, collections: { walks: collection({ track, name: string() }) } }))
    const definition = watched.collections['walks']?.fields['track']
    if (definition?.kind !== 'register' || definition.rule.type !== 'custom') throw new Error('the rule is gone')
    expect(definition.rule.choose([at(1, { length: 0.1 }), at(2, { length: 0.2 }), at(3, { length: 0.7 })])).toEqual({ length: 1 })
    expect(rules.take()).toBeNull()
  })

  test('the clock is as it was before', () => {
    const before = Date
    faultOf((all) => all.length)
    expect(Date).toBe(before)
  })
})
