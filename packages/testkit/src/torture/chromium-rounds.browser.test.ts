import { expect, test } from 'vitest'
import { chromiumRounds } from './chromium-rounds.ts'
import { PATIENCE_MS, tortured } from './short.ts'

test(
  '[P1][P3] what tabs saved before Chromium was killed, or their leading tab, is there once, in the browser and on the hub',
  async () => {
    const found = await tortured((torture) => chromiumRounds({ kills: 6, handOvers: 6, ...torture }))
    expect(found).toMatchObject({ kills: 6, handOvers: 6, lost: 0, doubled: 0, torn: 0 })
    expect(found.saved).toBeGreaterThan(18)
  },
  PATIENCE_MS,
)
