/** Chance that is the same for the same seed (xorshift32: speed counts here, and nobody guesses). */

export interface Dice {
  /** A whole number from 0 up to, and without, `below`. */
  readonly nat: (below: number) => number
  readonly pick: <T>(items: readonly T[]) => T
}

export function diceOf(seed: number): Dice {
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x85ebca6b) | 1
  const nat = (below: number): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % Math.max(1, below)
  }
  return {
    nat,
    pick: <T>(items: readonly T[]): T => {
      const item = items[nat(items.length)]
      if (item === undefined) throw new RangeError('nothing to pick from')
      return item
    },
  }
}
