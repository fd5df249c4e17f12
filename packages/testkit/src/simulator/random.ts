/**
 * Chance from a seed, in streams: each actor and purpose draws from a stream of its own, so that leaving one fault or device out of a plan
 * leaves what the others draw as it was. That is what makes a failing seed shrink.
 */
import type { RandomBytes } from '@tombolo/core'

export interface Dice {
  /** Evenly drawn from [0, 1). */
  roll(): number
  /** A whole number from 0 to `limit` − 1. */
  below(limit: number): number
  chance(share: number): boolean
  pick<T>(items: readonly T[]): T
  /** A wait whose length has this mean and no memory. */
  wait(meanMs: number): number
  readonly bytes: RandomBytes
}

/** The stream of that name. The same seed and name give the same stream. */
export function diceOf(seed: number, stream: string): Dice {
  const next = uint32s(seed, stream)
  const roll = (): number => next() / 2 ** 32
  const below = (limit: number): number => Math.floor(roll() * limit)
  return {
    roll,
    below,
    chance: (share) => roll() < share,
    pick: <T>(items: readonly T[]): T => {
      if (items.length === 0) throw new RangeError('nothing to pick from')
      return items[below(items.length)] as T
    },
    wait: (meanMs) => -Math.log(1 - roll()) * meanMs,
    bytes: (count) => {
      const bytes = new Uint8Array(count)
      for (let index = 0; index < count; index++) bytes[index] = next() & 255
      return bytes
    },
  }
}

/** sfc32 (Chris Doty-Humphrey, PractRand), seeded with a hash of the stream's name. */
function uint32s(seed: number, stream: string): () => number {
  let a = seed >>> 0
  let b = fnv1a(stream)
  let c = Math.imul(seed ^ b, 0x9e3779b1) >>> 0
  let counter = 1
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  for (let round = 0; round < WARM_UP_ROUNDS; round++) next()
  return next
}

/** Neighbouring seeds have nothing in common after these. */
const WARM_UP_ROUNDS = 12

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}
