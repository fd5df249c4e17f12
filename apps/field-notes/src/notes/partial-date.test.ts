import { describe, expect, test } from 'vitest'
import { dateOf, type DayOrder, partsOf, readDate, showDate } from './partial-date.ts'

describe('dates as people write them', () => {
  test.each([
    ['1977', '1977'],
    ['1977-07', '1977-07'],
    ['1977-7-4', '1977-07-04'],
    [' 1977/07/04 ', '1977-07-04'],
    ['4.7.1977', '1977-07-04'],
    ['04. 07. 1977', '1977-07-04'],
    ['7.1977', '1977-07'],
    ['13/7/1977', '1977-07-13'],
    ['7/13/1977', '1977-07-13'],
    ['7/7/1977', '1977-07-07'],
    ['2024-02-29', '2024-02-29'],
  ])('%s is %s', (written, date) => {
    expect(readDate(written)).toEqual({ ok: true, date })
  })

  test.each(['', 'yesterday', '1977-13', '1977-02-29', '31.6.1977', '0000', '77', '1977-07-04x', '1977-07-04T09:30', '40/7/1977', '1-2-3'])(
    '%j is none',
    (written) => {
      expect(readDate(written).ok).toBe(false)
    },
  )

  test.each<[DayOrder, string | null]>([
    ['day-first', '1977-07-04'],
    ['month-first', '1977-04-07'],
    ['unknown', null],
  ])('4/7/1977 is, %s: %s', (order, date) => {
    const reading = readDate('4/7/1977', order)
    expect(reading.ok ? reading.date : null).toBe(date)
  })
})

describe('dates in parts', () => {
  test.each(['1977', '1977-07', '1977-07-04', '0044-03-15'])('%s comes apart and together', (date) => {
    expect(dateOf(partsOf(date))).toEqual({ ok: true, date })
  })

  test('a day without its month is no date', () => {
    expect(dateOf({ year: 1977, month: null, day: 4 })).toEqual({ ok: false, reason: '“1977-?-4”: a day needs its month' })
  })

  test('they are shown as far as they are known', () => {
    expect(['1977', '1977-07', '1977-07-04'].map((date) => showDate(date, 'en-GB'))).toEqual(['1977', 'Jul 1977', '4 Jul 1977'])
  })
})
