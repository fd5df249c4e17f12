import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Steady } from './steady.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const isSame = (a: string, b: string): boolean => a === b

test('the first value is taken at once, silently', () => {
  const heard = vi.fn<() => void>()
  const steady = new Steady<string>(heard, isSame)
  steady.offer('All sent', 1_000)
  expect(steady.value).toBe('All sent')
  vi.advanceTimersByTime(5_000)
  expect(heard).not.toHaveBeenCalled()
})

test('a value that stands still is taken, once', () => {
  const heard = vi.fn<() => void>()
  const steady = new Steady<string>(heard, isSame, 'All sent')
  for (let ms = 0; ms < 3_000; ms += 100) {
    steady.offer('1 to send', 1_000)
    vi.advanceTimersByTime(100)
  }
  expect(steady.value).toBe('1 to send')
  expect(heard).toHaveBeenCalledOnce()
})

test('one that comes and goes is never taken: saving while online says nothing', () => {
  const heard = vi.fn<() => void>()
  const steady = new Steady<string>(heard, isSame, 'All sent')
  for (let save = 0; save < 20; save++) {
    steady.offer('1 to send', 1_000)
    vi.advanceTimersByTime(400)
    steady.offer('All sent', 1_000)
    vi.advanceTimersByTime(400)
  }
  expect(heard).not.toHaveBeenCalled()
})

test('of many values only the last is taken', () => {
  const heard = vi.fn<() => void>()
  const steady = new Steady<string>(heard, isSame, '9 to send')
  for (let n = 8; n > 0; n--) {
    steady.offer(`${n} to send`, 1_000)
    vi.advanceTimersByTime(300)
  }
  vi.advanceTimersByTime(1_000)
  expect([steady.value, heard.mock.calls.length]).toEqual(['1 to send', 1])
})

test('it stops with its element', () => {
  const steady = new Steady<string>(() => {}, isSame, 'All sent')
  steady.offer('Offline', 1_000)
  steady.stop()
  vi.advanceTimersByTime(5_000)
  expect(steady.value).toBe('All sent')
})
