import type { StoreStatus } from '@tombolo/client'
import { expect, test } from 'vitest'
import { sendOutcome } from './send-outcome.ts'
import { NOW, STATUS } from './test/samples.ts'
import { Wording } from './wording.ts'

const words = new Wording('en-GB')
const waiting = (n: number): Partial<StoreStatus> => ({ toSend: n, lanes: { changes: n, files: 0, jobs: 0 } })
const answered = { lastSuccessAt: NOW }
const nextTryAt = NOW + 15 * 60_000

const CASES: readonly (readonly [string, Partial<StoreStatus>, Partial<StoreStatus>, number, string | null])[] = [
  ['all that waited has its verdict', waiting(3), { ...waiting(0), ...answered }, 300, 'All sent.'],
  ['a file still waits', waiting(3), { lanes: { changes: 0, files: 1, jobs: 0 }, ...answered }, 300, null],
  ['nothing waited, and the hub answers', waiting(0), answered, 300, 'Nothing was waiting. The hub answered just now.'],
  ['nothing waited, and nobody answers yet', waiting(0), {}, 3_000, null],
  ['the hub answers, the rest follows', waiting(3), { ...waiting(1), ...answered }, 1_000, null],
  ['the hub answers, the rest does not follow', waiting(3), { ...waiting(1), ...answered }, 3_000, 'The hub answered. 1 still to send.'],
  ['one was refused', waiting(3), { ...waiting(0), ...answered, needsAttention: 1 }, 300, 'The hub answered. 1 needs attention.'],
  ['one was refused before', { ...waiting(3), needsAttention: 1 }, { ...waiting(0), ...answered, needsAttention: 1 }, 300, 'All sent.'],
  ['offline, and the probe is under way', waiting(3), { ...waiting(3), connection: 'offline' }, 500, null],
  [
    'offline',
    waiting(3),
    { ...waiting(3), connection: 'offline' },
    1_500,
    'You are disconnected. Nothing is lost: it is saved on this device, and goes when there is a signal.',
  ],
  [
    'offline, and the next try is set',
    waiting(3),
    { ...waiting(3), connection: 'offline', nextTryAt },
    1_500,
    'You are disconnected. Nothing is lost: it is saved on this device, and goes when there is a signal. Will try again at 14:20.',
  ],
  ['offline with nothing to send', waiting(0), { connection: 'offline' }, 1_500, 'You are disconnected. Nothing was waiting to be sent.'],
  ['signed out', waiting(3), { ...waiting(3), connection: 'needs-sign-in' }, 0, 'Sign in first. What waits is saved on this device.'],
  ['too old', waiting(3), { ...waiting(3), connection: 'blocked' }, 0, 'Update the app first. What waits is saved on this device.'],
  ['no answer', waiting(3), waiting(3), 14_000, null],
  ['no answer for long', waiting(3), waiting(3), 15_000, 'No answer yet. It goes on by itself, and what waits is saved on this device.'],
]

test.each(CASES)('%s', (_what, before, now, waitedMs, said) => {
  expect(sendOutcome({ ...STATUS, ...before }, { ...STATUS, ...now }, waitedMs, words, NOW)).toBe(said)
})
