import { expect, test } from 'vitest'
import { lieRounds } from './lie-rounds.ts'
import { LIES } from './lies.ts'
import { PATIENCE_MS, tortured } from './short.ts'

/** An ordinary device takes about 100 MiB, and what it unpacks at most twice 64 MiB. */
const DEVICE_MIB_MAX = 400

test(
  '[S1][P4] whatever a proxy answers in place of the hub, nothing is believed, lost or doubled, and all goes on when the lies stop',
  async () => {
    const lied = await tortured(lieRounds)
    expect(lied).toMatchObject({ lies: LIES.length, lost: 0, doubled: 0, torn: 0 })
    expect(lied.deviceMib).toBeLessThan(DEVICE_MIB_MAX)
    expect(lied.hubMib).toBeLessThan(DEVICE_MIB_MAX)
  },
  PATIENCE_MS,
)
