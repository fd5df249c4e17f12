import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openBench } from './test/bench-hub.ts'
import { anyStep, History } from './test/history.ts'
import { readLog, readRecords, replay } from './test/replay.ts'

it('[P3][Q1][M1] the head is gapless, every intent counts once, and the log replays to the records byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 5, maxLength: 40 }), async (steps) => {
      const history = new History(await openBench({ inMemory: true }))
      for (const step of steps) await history.take(step)
      await history.settle()
      const { bench, devices, verdicts } = history
      const [reader] = devices
      if (reader === undefined) return
      const log = await readLog(bench, reader)
      expect(log.map(({ version }) => version)).toEqual(log.map((_, index) => index + 1))
      const applied = [...verdicts.values()].filter(({ type }) => type === 'applied')
      expect(new Set(log.map(({ name }) => name))).toEqual(new Set(applied.map(({ name }) => name)))
      expect(applied).toHaveLength(log.length)
      expect(await readRecords(bench, reader)).toEqual(replay(log))
      await bench.storage.close()
    }),
    { numRuns: 60 },
  )
})
