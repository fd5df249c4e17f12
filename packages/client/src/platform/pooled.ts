/** Random bytes, fetched many at a time: asking the system takes longer than most of what they are used for. */
import type { RandomBytes } from '@tombolo/core'

const POOL_BYTES = 4096

/** `random`, through a pool. No byte is given twice. */
export function pooled(random: RandomBytes): RandomBytes {
  let pool = new Uint8Array(0)
  let at = 0
  return (count) => {
    if (at + count > pool.length) {
      pool = Uint8Array.from(random(Math.max(count, POOL_BYTES)))
      at = 0
    }
    at += count
    return pool.subarray(at - count, at)
  }
}
