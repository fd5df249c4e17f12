// The reserve of a database in memory: nothing can be kept free for it, and nothing needs to be.
import type { Reserve } from './port.ts'

export const NO_RESERVE: Reserve = { bytes: 0, hold: () => Promise.resolve(true), release: () => {} }
