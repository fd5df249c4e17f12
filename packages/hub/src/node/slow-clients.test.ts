import { describe, expect, it } from 'vitest'
import { type Awaited, SlowClients } from './slow-clients.ts'

const SECOND = 1000

/** An exchange whose hub looks every second; gives the second at which it was first ended, or null within two minutes. */
function endedAt(awaited: (second: number) => Awaited | null, bytes: (second: number) => number): number | null {
  const ended: number[] = []
  let second = 0
  const slow = new SlowClients({ bytesPerSecond: 1000, graceMs: { body: 10 * SECOND, answer: 60 * SECOND } })
  slow.watch({ awaited: () => awaited(second), bytes: () => bytes(second), end: () => ended.push(second) })
  for (; second <= 120; second += 1) slow.look(second * SECOND)
  return ended[0] ?? null
}

const body = (): Awaited => 'body'

describe('[S7] an exchange', () => {
  it.each<readonly [string, (second: number) => Awaited | null, (second: number) => number, number | null]>([
    ['whose body does not come ends soon', body, () => 0, 11],
    ['whose body trickles ends a little later', body, (second) => 100 * second, 12],
    ['whose body comes at the least rate goes on', body, (second) => 1000 * second, null],
    [
      'whose body stalls for twenty seconds after a good start goes on',
      body,
      (second) => (second < 10 ? 4000 * second : Math.max(40_000, 1400 * second)),
      null,
    ],
    ['that the hub works on for long goes on', (second) => (second < 2 ? 'body' : null), () => 0, null],
    ['whose answer is not taken ends', (second) => (second < 5 ? null : 'answer'), () => 0, 66],
    [
      'whose body came late has the whole time for its answer',
      (second) => (second < 9 ? 'body' : second < 60 ? 'answer' : null),
      () => 0,
      null,
    ],
  ])('%s', (_name, awaited, received, second) => {
    expect(endedAt(awaited, received)).toBe(second)
  })

  it('that is over is not looked at', () => {
    const slow = new SlowClients({ bytesPerSecond: 1000, graceMs: { body: 0, answer: 0 } })
    let looks = 0
    const exchange = { awaited: () => (looks++, null), bytes: () => 0, end: () => undefined }
    slow.watch(exchange)
    slow.look(0)
    slow.forget(exchange)
    slow.look(1)
    expect(looks).toBe(1)
  })
})
