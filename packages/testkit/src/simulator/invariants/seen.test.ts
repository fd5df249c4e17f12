/** Who had seen what: I-CAUSAL accuses nobody wrongly. */
import { type Intent, mintIntent } from '@tombolo/core'
import { expect, test } from 'vitest'
import { diceOf } from '../random.ts'
import { type Sight, Witness } from './seen.ts'

const SPOT = 'notes/1 title'
const dice = diceOf(1, 'intents')
const [one, two, three, four] = Array.from({ length: 4 }, () => mintIntent(dice.bytes)) as [Intent, Intent, Intent, Intent]
const seeing = (...seen: readonly Intent[]): Sight => new Map([[SPOT, seen]])

test('[M1] whoever saw a write has seen what its author had seen, also while they went on typing', () => {
  const witness = new Witness({ twofold: new Set() })
  witness.wrote(two, seeing(one), false)
  witness.wrote(two, seeing(two, three), false)
  witness.wrote(four, seeing(two), false)
  expect([two, one, three].map((other) => witness.seenUntil(SPOT, four, other))).toEqual([1, 2, 3])
  expect(witness.seenUntil(SPOT, one, four)).toBeNull()
})

test('[M1] [P3] a form that was saved again is the intent that it was, and has not seen what came between', () => {
  const witness = new Witness({ twofold: new Set() })
  witness.wrote(one, seeing(), true)
  witness.wrote(two, seeing(one), false)
  witness.wrote(three, seeing(two), false)
  witness.wrote(one, seeing(three), true)
  expect(witness.seenUntil(SPOT, two, three)).toBeNull()
  expect(witness.seenUntil(SPOT, three, two)).toBe(1)
})
