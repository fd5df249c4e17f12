import { expect, test } from 'vitest'
import { concernedBy, timelineOf } from './timeline.ts'
import type { Line } from './trace.ts'

const NOTE = '01a194da-b33d-7d63-8b4c-db09594ed8c0'
const at = (atMs: number, who: string, what: string): Line => ({ atMs, who, what })

const LINES: readonly Line[] = [
  at(0, 'hub', 'is up process 1'),
  at(1_000, 'ann-1', `write ouONk3XPso1V1w: [{"record":"${NOTE}","by":2}]`),
  at(2_000, 'ann-1', 'write c0GzaK6r-kopbg: [{"record":"another"}]'),
  at(2_500, 'ann-1', 'asks hello'),
  at(3_000, 'ann-1', 'asks push n 1…: ouONk3XPso1V1w'),
  at(3_500, 'ann-3', 'meets crash'),
  at(4_000, 'ann-1', 'meets crash'),
  at(5_000, 'ann-2', 'pull answered 1 ouONk3XPso1V1wCeU_pcrK; head 1'),
  ...Array.from({ length: 20 }, (_, minute) => at(60_000 * minute + 6_000, 'ann-2', 'asks hello')),
]

test('of a run are told what names the record that failed, the changes of it, and what befell those who sent them', () => {
  const told = concernedBy(LINES, `I-VIEW: ann-2 shows visits = 4 of notes ${NOTE}, and it is 2`)
  expect(told.map(({ atMs }) => atMs)).toEqual([0, 1_000, 3_000, 4_000, 5_000])
})

test('they are forty at most, and the last ones', () => {
  const many = Array.from({ length: 100 }, (_, index) => at(index, 'ann-1', 'asks push n 1…: ouONk3XPso1V1w'))
  const told = concernedBy(many, 'I-NOLOSS: ann-1 saved ouONk3XPso1V1w, and it is nowhere')
  expect([told.length, told.at(-1)]).toEqual([40, many.at(-1)])
})

test('a line says when, who and what', () => {
  expect(timelineOf([at(0, 'hub', 'is up'), at(86_400_000 + 61_500, 'ann-1', 'meets crash')])).toBe(
    'day 0 00:00:00.000  hub    is up\nday 1 00:01:01.500  ann-1  meets crash',
  )
})
