/** Chance that is the same for the same seed. */
import { seededRandom } from '../../../../client/src/test/local-store-kit.ts'

export interface Dice {
  /** Evenly drawn from [0, 1). */
  readonly roll: () => number
  readonly chance: (share: number) => boolean
  readonly pick: <T>(items: readonly T[]) => T
}

export function diceOf(seed: number): Dice {
  const bytes = seededRandom(seed)
  const roll = (): number => new DataView(bytes(4).buffer).getUint32(0) / 2 ** 32
  return {
    roll,
    chance: (share) => roll() < share,
    pick: <T>(items: readonly T[]): T => {
      const item = items[Math.floor(roll() * items.length)]
      if (item === undefined) throw new Error('nothing to pick from')
      return item
    },
  }
}
