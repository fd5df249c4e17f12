import { expect, test } from 'vitest'
import { Feed } from './feed.ts'

test('a long poll whose reading fails leaves no timer behind', async () => {
  const timers = new Set<object>()
  const feed = new Feed({
    set: (run) => {
      const timer = { run }
      timers.add(timer)
      return timer
    },
    clear: (timer) => void timers.delete(timer as object),
  })
  await expect(feed.moved('ann', [], 25_000, () => Promise.reject(new Error('disk')))).rejects.toThrow('disk')
  expect(timers.size).toBe(0)
})
