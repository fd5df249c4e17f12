/** Some seeds of the simulator, every seed that once failed, and what the simulator itself rests on. `npm run sim` runs more of them. */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Agenda } from './agenda.ts'
import { FAULT_NAMES } from './faults.ts'
import { ownApp } from './own-app.ts'
import { planOf } from './plan.ts'
import { diceOf } from './random.ts'
import type { Figures } from './report.ts'
import { NOBODY, run } from './run.ts'

const REPOSITORY = join(import.meta.dirname, '../../../..')
const REPRO = join(import.meta.dirname, '../../repro')
/** Among them one that runs twice. */
const SEEDS = ['--from', '95', '--seeds', '8']
const PATIENCE_MS = 300_000

const sim = (...args: readonly string[]): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [join(REPOSITORY, 'scripts/sim.mjs'), ...args], { encoding: 'utf8' })

function simulate(...args: readonly string[]): Figures {
  const { stdout, stderr } = sim(...args)
  const lines = stdout.trim().split('\n')
  const last = lines.at(-1) ?? ''
  if (!last.startsWith('{"seeds"')) throw new Error(`${stdout}\n${stderr}`)
  const figures = JSON.parse(last) as Figures
  if (figures.failures > 0) throw new Error(lines.slice(0, -1).join('\n'))
  return figures
}

describe('[P3] [P6] [P7] [Q2] [Q3] [M1] [M3] whatever goes wrong, nothing is lost, nothing happens twice, and everyone ends with the same', () => {
  test(
    'some seeds',
    () => {
      const { seeds, faultKinds, editsPerDeviceDay, attemptsPerDeviceDay, effectiveFaultsPerDeviceDay } = simulate(...SEEDS)
      expect(seeds).toBe(8)
      // A simulation in which nothing happens proves nothing.
      expect(faultKinds).toBeGreaterThan(FAULT_NAMES.length * 0.8)
      expect(editsPerDeviceDay).toBeGreaterThan(50)
      expect(attemptsPerDeviceDay).toBeGreaterThan(50)
      expect(effectiveFaultsPerDeviceDay).toBeGreaterThan(1)
    },
    PATIENCE_MS,
  )

  const kept = readdirSync(REPRO).filter((name) => name.endsWith('.json'))
  test(
    'every seed that failed once',
    () => {
      const { seeds } = simulate(...kept.map((name) => join(REPRO, name)))
      expect(seeds).toBe(kept.length)
    },
    PATIENCE_MS,
  )
})

test.each([
  [['--sedes', '3'], "Unknown option '--sedes'"],
  [['--seeds', 'many'], "--seeds takes a number from 0, not 'many'"],
])('a command line that is wrong is told in words: %j', (args, words) => {
  const { status, stdout, stderr } = sim(...args)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toContain(words)
  expect(stderr).not.toMatch(/^ +at /m)
})

describe('a seed is a world', () => {
  test('a stream of chance does not depend on what others draw', () => {
    const draws = (): number[] => {
      const dice = diceOf(7, 'network ann-1')
      return Array.from({ length: 5 }, () => dice.roll())
    }
    const before = draws()
    diceOf(7, 'network ann-2').roll()
    expect(draws()).toEqual(before)
    expect(diceOf(8, 'network ann-1').roll()).not.toBe(before[0])
  })

  test('about half of the faults are off in a plan, and each is on in some', () => {
    const plans = Array.from({ length: 200 }, (_, seed) => planOf(ownApp, seed))
    for (const fault of FAULT_NAMES) {
      const share = plans.filter(({ faults }) => faults.includes(fault)).length / plans.length
      expect([fault, share > 0.35 && share < 0.65]).toEqual([fault, true])
    }
  })

  test('it is the same also in a process that has not loaded everything yet', async () => {
    const plan = { ...planOf(ownApp, 1), days: 1 }
    const [first, second] = [await run(ownApp, plan, 'hash', NOBODY), await run(ownApp, plan, 'hash', NOBODY)]
    expect([first.failure, second.failure]).toEqual([null, null])
    expect(first.digest).toBe(second.digest)
  })

  test('events happen in the order of time, with all microtasks before the next', async () => {
    const agenda = new Agenda(0, diceOf(1, 'schedule'))
    const told: string[] = []
    const tell = async (what: string): Promise<void> => {
      told.push(what)
      await Promise.resolve()
      told.push(`after ${what}`)
    }
    agenda.after(20, () => void tell('b'))
    agenda.after(10, () => void tell('a'))
    agenda.after(15, () => void tell('never'))()
    await agenda.until(30)
    expect(told).toEqual(['a', 'after a', 'b', 'after b'])
    expect(agenda.nowMs).toBe(30)
  })
})
