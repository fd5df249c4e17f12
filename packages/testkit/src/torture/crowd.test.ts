import { expect, test } from 'vitest'
import { crowd } from './crowd.ts'
import { PATIENCE_MS, tortured } from './short.ts'

test(
  '[S2][P7] a crowd whose hub was away goes on when it is back, and everything that was saved meanwhile is there once',
  async () => {
    const back = await tortured((torture) => crowd({ devices: 20, outageMs: 5000, ...torture }))
    expect(back).toMatchObject({ lost: 0, doubled: 0, torn: 0 })
    expect(back.saved).toBeGreaterThan(40)
  },
  PATIENCE_MS,
)
