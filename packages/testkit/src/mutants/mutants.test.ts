/** A share of the mutants, others each day, from the seeds that found them. `npm run mutants` hunts all, from the first seed on. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const MAIN = join(import.meta.dirname, 'main.ts')
const SHARE = 3
const PATIENCE_MS = 600_000

test(
  '[P3] [P7] [Q2] [M1] [M3] the simulator finds faults that were planted',
  () => {
    const args = ['--import', 'tsx', MAIN, '--some', String(SHARE), '--jobs', '1']
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    const last = stdout.trim().split('\n').at(-1) ?? ''
    expect(last, `${stdout}\n${stderr}`).toContain(`{"mutants":${SHARE},"found":${SHARE},`)
  },
  PATIENCE_MS,
)
