/**
 * A share of the mutants, others each day, from the seeds that found them; and what one of them fails, made smaller. `npm run mutants` hunts
 * all, from the first seed on.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MUTANTS } from './catalogue.ts'
import { shrinkSeed } from './hunter.ts'

const MAIN = join(import.meta.dirname, 'main.ts')
const SHARE = 3
const SHRINK_RUNS = 60
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

test(
  'what a mutant fails is made smaller, until it tells itself',
  async () => {
    const mutant = MUTANTS.find(({ id }) => id === 'full-disk-swallowed')
    const shrunk = mutant === undefined ? null : await shrinkSeed(mutant, 3, SHRINK_RUNS)
    if (shrunk === null) throw new Error('the seeds hold')
    const { before, plan, timeline } = shrunk
    expect(before.devices.length).toBeGreaterThan(1)
    expect(plan.devices).toHaveLength(1)
    // A disk is full, or fails.
    expect(plan.faults).toHaveLength(1)
    expect(plan.days).toBeLessThanOrEqual(before.days)
    expect(plan.editsPerDay).toBeLessThanOrEqual(before.editsPerDay)
    expect(timeline.split('\n').length).toBeLessThanOrEqual(40)
    expect(timeline).toMatch(/meets (?:quota|storage error)/)
  },
  PATIENCE_MS,
)
