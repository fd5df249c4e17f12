import { expect, test } from 'vitest'
import { killRounds } from './kill-rounds.ts'
import { PATIENCE_MS, tortured } from './short.ts'

test(
  '[P1][P3][P7] what was saved before a kill -9 of hub, device or both is there once, on the hub and every device, and no database is damaged',
  async () => {
    const killed = await tortured((torture) => killRounds({ rounds: 40, ...torture }))
    expect(killed).toMatchObject({ rounds: 40, lost: 0, doubled: 0, torn: 0 })
    expect(killed.kills).toBeGreaterThan(40)
    // Nothing would be proved by devices that never reached the hub before the end.
    expect(killed.sent).toBeGreaterThan(0)
    expect(killed.saved).toBeGreaterThan(killed.kills)
  },
  PATIENCE_MS,
)
