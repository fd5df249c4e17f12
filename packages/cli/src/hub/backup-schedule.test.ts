import { expect, onTestFinished, test } from 'vitest'
import { SILENT } from '@tombolo/hub'
import { BackupSchedule } from './backup-schedule.ts'

const HOUR_MS = 3_600_000
const START_MS = 1_800_000_000_000

/** Time that stands still until the one timer that there is goes off. */
class World {
  nowMs = START_MS
  timer: { readonly atMs: number; readonly run: () => void } | null = null
  readonly made: number[] = []
  looks = 0
  readonly backups = { newestMs: null as number | null, refresh: () => void this.looks++ }
  fails = false
  /** Codes of what went wrong. */
  readonly told: unknown[] = []

  open(everyMs: number | null): BackupSchedule {
    const schedule = new BackupSchedule({
      everyMs,
      backups: this.backups,
      make: async () => {
        if (this.fails) throw new Error('the disk is full')
        this.made.push((this.nowMs - START_MS) / HOUR_MS)
        this.backups.newestMs = this.nowMs
      },
      clock: () => this.nowMs,
      timers: {
        set: (run, delayMs) => (this.timer = { atMs: this.nowMs + delayMs, run }),
        clear: () => (this.timer = null),
      },
      log: { ...SILENT, error: (facts) => this.told.push('code' in facts ? facts.code : null) },
    })
    onTestFinished(() => schedule.stop())
    return schedule
  }

  async pass(hours: number): Promise<void> {
    const endMs = this.nowMs + hours * HOUR_MS
    for (let { timer } = this; timer !== null && timer.atMs <= endMs; { timer } = this) {
      this.timer = null
      this.nowMs = timer.atMs
      timer.run()
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.nowMs = endMs
  }
}

test('[P6] the first backup is made at once, each next one so long after the newest', async () => {
  const world = new World()
  world.open(24 * HOUR_MS)
  await world.pass(60)
  expect(world.made).toEqual([0, 24, 48])
})

test('[P6] a hub that starts again goes on where it was, also after somebody else made one', async () => {
  const world = new World()
  world.backups.newestMs = START_MS - 20 * HOUR_MS
  world.open(24 * HOUR_MS)
  world.backups.newestMs = START_MS - 10 * HOUR_MS
  await world.pass(20)
  expect(world.made).toEqual([14])
})

test('[P6] a backup that failed is tried again within the hour', async () => {
  const world = new World()
  world.fails = true
  world.open(24 * HOUR_MS)
  await world.pass(0)
  expect(world.told).toEqual(['hub.backup'])
  world.fails = false
  await world.pass(1)
  expect(world.made).toEqual([1])
})

test('[P6] the directory is looked at each hour, for others make and remove backups as well', async () => {
  const world = new World()
  world.open(null)
  await world.pass(24)
  expect([world.looks, world.made]).toEqual([24, []])
})

test('nothing is made after a stop', async () => {
  const world = new World()
  await world.open(HOUR_MS).stop()
  await world.pass(5)
  expect(world.made).toEqual([])
})
