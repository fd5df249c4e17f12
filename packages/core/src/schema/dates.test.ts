import { describe, expect, test } from 'vitest'
import { isDate, isLocalDateTime } from './dates.ts'

describe('a date is a year, a month or a day that the calendar has', () => {
  test.each(['1977', '1977-07', '1977-07-04', '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31'])('%s', (text) => {
    expect(isDate(text)).toBe(true)
  })
  test.each([
    '',
    '77',
    '1977-7',
    '1977-13',
    '1977-00',
    '1977-07-00',
    '1977-07-32',
    '2023-02-29',
    '1900-02-29',
    '1977-04-31',
    '0000-01-01',
    '1977-07-04T00:00:00',
    ' 1977',
    '1977\n',
    '+1977',
    '１９７７',
  ])('not %j', (text) => {
    expect(isDate(text)).toBe(false)
  })
})

describe('a local date and time is a day, a time, and an offset or a zone', () => {
  test.each([
    '2026-11-22T17:36:00[Europe/Ljubljana]',
    '2026-11-22T17:36:00+01:00',
    '2026-11-22T17:36:00+01:00[Europe/Ljubljana]',
    '2026-11-22T17:36:00.123456789Z',
    '2026-11-22T17:36:00Z[Etc/GMT+1]',
    '2026-11-22T17:36:00[America/Argentina/Buenos_Aires]',
    '2026-11-22T17:36:00[!America/Port-au-Prince]',
    '2026-11-22T17:36:00[+08:45]',
    '2024-02-29T23:59:59-00:00',
  ])('%s', (text) => {
    expect(isLocalDateTime(text)).toBe(true)
  })
  test.each([
    '2026-11-22',
    '2026-11-22T17:36:00',
    '2026-11-22T17:36Z',
    '2026-11-22 17:36:00Z',
    '2026-11-22T24:00:00Z',
    '2026-11-22T17:60:00Z',
    '2026-11-22T17:36:60Z',
    '2023-02-29T17:36:00Z',
    '2026-11-22T17:36:00[]',
    '2026-11-22T17:36:00[Europe//Ljubljana]',
    '2026-11-22T17:36:00[/Europe]',
    '2026-11-22T17:36:00+25:00',
    '2026-11-22T17:36:00Z[Europe/Ljubljana][u-ca=japanese]',
    '2026-11T17:36:00Z',
  ])('not %s', (text) => {
    expect(isLocalDateTime(text)).toBe(false)
  })
})
