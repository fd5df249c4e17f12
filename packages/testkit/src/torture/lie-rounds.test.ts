import { expect, test } from 'vitest'
import { lieRounds } from './lie-rounds.ts'
import { LIES } from './lies.ts'
import { PATIENCE_MS, tortured } from './short.ts'

/** A process of Node takes about 100 MiB, an answer that is unpacked to its limit three times 64, and there may be two of them. */
const PROCESS_MIB_MAX = 600

test(
  '[S1][P4] whatever a proxy answers in place of the hub, nothing is believed, lost or doubled, and all goes on when the lies stop',
  async () => {
    const lied = await tortured(lieRounds)
    expect(lied).toMatchObject({ lies: LIES.length, lost: 0, doubled: 0, torn: 0 })
    expect(lied.deviceMib).toBeLessThan(PROCESS_MIB_MAX)
    expect(lied.hubMib).toBeLessThan(PROCESS_MIB_MAX)
  },
  PATIENCE_MS,
)
