import type { StoreStatus } from '@tombolo/client'
import { expect, test } from 'vitest'
import { type SummaryKind, summarize, type Tone } from './summary.ts'
import { STATUS } from './test/samples.ts'
import { Wording } from './wording.ts'

const words = new Wording('en-GB')
const lanes = (changes: number, files = 0, jobs = 0): StoreStatus['lanes'] => ({ changes, files, jobs })
const RECOVERED: StoreStatus['recovered'] = { at: 0, cause: 'damaged', rescued: 3, unreadable: 0, setAside: [] }
const three = { toSend: 3, lanes: lanes(3) }

const CASES: readonly (readonly [Partial<StoreStatus>, string, SummaryKind, Tone])[] = [
  [{}, 'All sent', 'all-sent', 'quiet'],
  [three, '3 to send', 'to-send', 'busy'],
  [{ ...three, connection: 'connecting' }, '3 to send', 'to-send', 'busy'],
  [{ connection: 'offline' }, 'Offline · all sent', 'offline', 'quiet'],
  [{ ...three, connection: 'offline' }, 'Offline · 3 to send', 'offline', 'busy'],
  [{ connection: 'connecting' }, 'Connecting…', 'connecting', 'quiet'],
  // What is not here yet is not called complete; what waits to be sent comes first.
  [{ loading: 0.347 }, 'Loading · 34%', 'loading', 'quiet'],
  [{ loading: 0.999, connection: 'connecting' }, 'Loading · 99%', 'loading', 'quiet'],
  [{ ...three, loading: 0.5 }, '3 to send', 'to-send', 'busy'],
  [{ loading: 0.5, connection: 'offline' }, 'Offline · all sent', 'offline', 'quiet'],
  [{ connection: 'needs-sign-in' }, 'Signed out · all sent', 'signed-out', 'quiet'],
  [{ ...three, connection: 'needs-sign-in' }, 'Signed out · 3 to send', 'signed-out', 'busy'],
  [{ ...three, connection: 'blocked' }, 'Update needed · 3 to send', 'update-needed', 'busy'],
  // What needs a person comes before everything else.
  [{ needsAttention: 1 }, '1 needs attention', 'attention', 'loud'],
  [{ ...three, needsAttention: 2, toReview: 4, connection: 'offline' }, '2 need attention', 'attention', 'loud'],
  [{ ...three, toReview: 2 }, '2 to review', 'review', 'loud'],
  // So does what nobody could know otherwise: that nothing more can be saved, and what came of lost data.
  [{ ...three, storage: { ...STATUS.storage, isFull: true } }, 'Device full', 'attention', 'loud'],
  [{ ...three, recovered: RECOVERED, connection: 'offline' }, 'Data restored', 'attention', 'loud'],
  [{ toReview: 2, recovered: RECOVERED }, '2 to review', 'review', 'loud'],
  // Records, files and questions are counted apart; nothing is 'all sent' while a photo waits.
  [{ toSend: 3, lanes: lanes(3, 2, 1) }, '3 to send', 'to-send', 'busy'],
  [{ lanes: lanes(0, 2, 1) }, '2 files to send', 'to-send', 'busy'],
  [{ lanes: lanes(0, 1), connection: 'offline' }, 'Offline · 1 file to send', 'offline', 'busy'],
  [{ lanes: lanes(0, 0, 2) }, '2 questions waiting', 'to-send', 'busy'],
]

test.each(CASES)('%j is %s', (part, text, kind, tone) => {
  expect(summarize({ ...STATUS, ...part }, words)).toEqual({ text, kind, tone })
})

test('before the store is open it is starting', () => {
  expect(summarize(undefined, words)).toEqual({ text: 'Starting…', kind: 'starting', tone: 'quiet' })
})
