import type { Hash, RandomBytes } from '@tombolo/core'

/** The world as arguments. */
export interface StorePorts {
  readonly nowMs: () => number
  readonly random: RandomBytes
  readonly hash: Hash
  /** For how many days superseded values are kept; default a year [M9]. */
  readonly historyDays?: number
}
