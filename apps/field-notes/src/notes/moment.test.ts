import { checkFields } from '@tombolo/core'
import { describe, expect, test } from 'vitest'
import { app } from '../schema.ts'
import { readMoment, readTime } from './moment.ts'

describe('times as people write them', () => {
  test.each([
    ['06:40', '06:40'],
    ['6:40', '06:40'],
    [' 6.40 ', '06:40'],
    ['6h40', '06:40'],
    ['06:40:15', '06:40:15'],
    ['06:40:15,250', '06:40:15.250'],
    ['6:40 AM', '06:40'],
    ['6:40 pm', '18:40'],
    ['12:05 a.m.', '00:05'],
    ['12:05 PM', '12:05'],
    ['6 pm', '18:00'],
    ['06:40Z', '06:40Z'],
    ['06:40 UTC', '06:40Z'],
    ['06:40+02:00', '06:40+02:00'],
    ['06:40:15 -0730', '06:40:15-07:30'],
    ['06:40−7', '06:40-07:00'],
    ['00:00', '00:00'],
    ['23:59', '23:59'],
  ])('%j is %s, and the schema takes it', (written, time) => {
    expect(readTime(written)).toEqual({ ok: true, time })
    expect(checkFields(app.collections.notes, { observedTime: time })).toEqual([])
  })

  test.each(['', 'dawn', '24:00', '6:60', '13:00 pm', '0:30 am', '640', '6', '06:40+25:00', '06:40:61', '06:40 or so'])(
    '%j is none',
    (written) => {
      expect(readTime(written).ok).toBe(false)
    },
  )
})

describe('a date with a time', () => {
  test.each([
    ['2021-05-03T06:40', '2021-05-03', '06:40'],
    ['2021-05-03T06:40:00.000Z', '2021-05-03', '06:40:00.000Z'],
    ['2021-05-03 06:40+02:00', '2021-05-03', '06:40+02:00'],
    ['3.5.2021 6:40', '2021-05-03', '06:40'],
    ['3. 5. 2021', '2021-05-03', null],
    ['5/13/2021, 6:40 PM', '2021-05-13', '18:40'],
    ['2021-05-03', '2021-05-03', null],
    ['2021-05', '2021-05', null],
    ['5.2021', '2021-05', null],
  ])('%s is %s, %s', (written, date, time) => {
    expect(readMoment(written)).toEqual({ ok: true, date, time })
  })

  test.each(['2021-05-03T06:40 about', '2021-05-03 25:00', '2021-02-30T06:40', '3/4/2021 6:40', '2021-05-03/2021-05-04'])(
    '%j is refused: nothing of it is dropped without a word',
    (written) => {
      expect(readMoment(written).ok).toBe(false)
    },
  )
})
