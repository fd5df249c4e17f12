/** Time, chance and turns, as Node has them. */
import { randomBytes } from 'node:crypto'
import type { HubOptions } from '../hub.ts'

/** The platform functions that a hub needs: clock, secure random bytes, turns of the event loop and timers. */
export const environment: Pick<HubOptions, 'clock' | 'random' | 'defer' | 'timers'> = {
  clock: Date.now,
  random: (count) => randomBytes(count),
  defer: (run) => void setImmediate(run),
  timers: {
    set: (run, delayMs) => setTimeout(run, delayMs).unref(),
    clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
  },
}
