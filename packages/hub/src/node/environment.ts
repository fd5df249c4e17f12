/** Time, chance and turns, as Node has them. */
import { randomBytes } from 'node:crypto'
import type { HubOptions } from '../hub.ts'

/** What a hub takes from its platform: the clock, secure chance, turns of the event loop and timers. */
export const environment: Pick<HubOptions, 'clock' | 'random' | 'defer' | 'timers'> = {
  clock: Date.now,
  random: (count) => randomBytes(count),
  defer: (run) => void setImmediate(run),
  timers: {
    set: (run, delayMs) => setTimeout(run, delayMs).unref(),
    clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
  },
}
