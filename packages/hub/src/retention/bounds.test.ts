import type { SpaceId, Stamp } from '@tombolo/core'
import { expect, test } from 'vitest'
import { boundsOf, type Heads, LOG_CHANGES_MAX } from './bounds.ts'

const space = { space: 'a' as SpaceId, owner: 'ann', hubStamp: 0 as Stamp, logFloor: 0 }

test.each<readonly [string, { head: number; horizon: number }, Heads, { deleted: number; log: number }]>([
  ['by age', { head: 100, horizon: 0 }, { deleted: 40, log: 80, history: 10, durable: 90 }, { deleted: 40, log: 80 }],
  [
    'not what a backup holds alive',
    { head: 100, horizon: 0 },
    { deleted: 40, log: 80, history: 10, durable: 30 },
    { deleted: 30, log: 80 },
  ],
  ['never less than before', { head: 100, horizon: 50 }, { deleted: 0, log: 0, history: 0, durable: 0 }, { deleted: 50, log: 50 }],
  ['no log without its tags', { head: 100, horizon: 0 }, { deleted: 90, log: 40, history: 10, durable: 95 }, { deleted: 90, log: 90 }],
  [
    'no more log than anyone reads',
    { head: LOG_CHANGES_MAX + 70, horizon: 0 },
    { deleted: 0, log: 40, history: 10, durable: 95 },
    { deleted: 0, log: 70 },
  ],
])('[Q4] a hub forgets %s', (_, row, heads, expected) => {
  expect(boundsOf({ ...space, ...row }, heads, 5)).toEqual({ ...expected, sealed: heads.history, headsBeforeMs: 5 })
})
