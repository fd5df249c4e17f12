import { expect, test } from 'vitest'
import { placeOf } from './place-under.ts'

const viewport = { width: 1_000, height: 800 }

test.each([
  ['at the end of a header: flush with its end', { left: 850, right: 990, bottom: 60 }, viewport, { left: 590, top: 68 }],
  ['at the start: flush with its start', { left: 10, right: 150, bottom: 60 }, viewport, { left: 10, top: 68 }],
  ['never outside', { left: 620, right: 640, bottom: 60 }, { width: 640, height: 800 }, { left: 232, top: 68 }],
  ['a phone has a sheet from below', { left: 200, right: 380, bottom: 60 }, { width: 390, height: 800 }, null],
  ['a button at the foot has no room under it', { left: 850, right: 990, bottom: 790 }, viewport, null],
])('%s', (_where, anchor, size, place) => {
  expect(placeOf(anchor, 400, size)).toEqual(place)
})
