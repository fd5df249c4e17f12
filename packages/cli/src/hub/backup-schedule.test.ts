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
  readonly backups = { newestMs: null as number | null, refresh: () => undefined }
  fails = false

  open(everyMs: number): BackupSchedule {
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
      log: SILENT,
    })
    onTestFinished(() => schedule.stop())
    return schedule
  }

  async next(): Promise<void> {
    const { timer } = this
    if (timer === null) return
    this.timer = null
    this.nowMs = timer.atMs
    timer.run()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('[P6] the first backup is made at once, each next one so long after the newest', async () => {
  const world = new World()
  world.open(24 * HOUR_MS)
  for (let round = 0; round < 3; round++) await world.next()
  expect(world.made).toEqual([0, 24, 48])
})

test('[P6] a hub that starts again goes on where it was, also after somebody else made one', async () => {
  const world = new World()
  world.backups.newestMs = START_MS - 20 * HOUR_MS
  world.open(24 * HOUR_MS)
  world.backups.newestMs = START_MS - 10 * HOUR_MS
  await world.next()
  await world.next()
  expect(world.made).toEqual([14])
})

test('[P6] a backup that failed is tried again within the hour', async () => {
  const world = new World()
  world.fails = true
  world.open(24 * HOUR_MS)
  await world.next()
  world.fails = false
  await world.next()
  expect(world.made).toEqual([1])
})

test('[P6] time beyond what a timer holds is waited for in parts', async () => {
  const world = new World()
  world.backups.newestMs = START_MS
  world.open(60 * 24 * HOUR_MS)
  for (let round = 0; round < 3; round++) await world.next()
  expect(world.made).toEqual([60 * 24])
})

test('nothing is made after a stop', async () => {
  const world = new World()
  await world.open(HOUR_MS).stop()
  await world.next()
  expect(world.made).toEqual([])
})
