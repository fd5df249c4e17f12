import { expect, test } from 'vitest'
import { PATIENCE_MS, tortured } from './short.ts'
import { trickle } from './trickling-sockets.ts'

test(
  '[S7] sockets that trickle are closed by the hub, devices are answered meanwhile, and its memory is bounded',
  async () => {
    const trickled = await tortured((torture) => trickle({ sockets: 500, ...torture }))
    expect(trickled.sockets).toBe(500)
    expect(trickled.grownMib).toBeLessThan(200)
  },
  PATIENCE_MS,
)
