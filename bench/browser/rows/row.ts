/** A row of the browser bench: measured in the built lab. */
import type { Figure } from '../../src/harness/figure.ts'
import type { Settings } from '../../src/harness/settings.ts'

export interface BrowserRow {
  readonly name: string
  /** `pages`: where the built lab is. */
  readonly measure: (settings: Settings, pages: string) => Promise<readonly Figure[]>
}

interface Count {
  readonly full: number
  readonly quick: number
}

/** Notes in a store, and in one that has four times as many. */
export const SMALL: Count = { full: 50_000, quick: 10_000 }
export const LARGE: Count = { full: 200_000, quick: 40_000 }
