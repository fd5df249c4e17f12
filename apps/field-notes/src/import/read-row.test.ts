import { describe, expect, test } from 'vitest'
import { guessMapping } from './columns.ts'
import { readNote, type RowReading } from './read-row.ts'
import type { NewNote } from '../notes/note.ts'

const read = (row: Readonly<Record<string, string>>): RowReading<NewNote> =>
  readNote(Object.values(row), { mapping: guessMapping(Object.keys(row)), dayOrder: 'unknown' })

const noteOf = (row: Readonly<Record<string, string>>): unknown => {
  const reading = read(row)
  return reading.ok ? reading.is : reading.reasons
}

describe('headings', () => {
  test('say what a column is, however they are written', () => {
    expect(guessMapping(['Species', 'Decimal_Latitude', 'LONGITUDE (°)', 'eventDate', 'individualCount', 'Remarks', 'Observer'])).toEqual({
      title: 0,
      lat: 1,
      lon: 2,
      observed: 3,
      count: 4,
      body: 5,
    })
  })

  test('a column serves once', () => {
    expect(guessMapping(['name', 'title'])).toEqual({ title: 1 })
    expect(guessMapping(['day', 'month', 'year', 'plot', 'stake', 'species', 'colonies', 'openings', 'flag'])).toEqual({
      day: 0,
      month: 1,
      year: 2,
      title: 5,
      count: 6,
      openings: 7,
    })
  })
})

describe('a row', () => {
  test('is a note with what its cells say', () => {
    const row = {
      title: 'Heron',
      note: 'Two of them\nby the pond',
      tags: 'bird; shore;bird',
      date: '2026-05',
      lat: '46,05',
      lon: '14.5',
      accuracy: '8',
      quality: 'Good',
      visits: '3',
      count: '2',
      openings: '0',
    }
    expect(noteOf(row)).toEqual({
      title: 'Heron',
      body: 'Two of them\nby the pond',
      tags: ['bird', 'shore'],
      observedAt: '2026-05',
      place: { lat: 46.05, lon: 14.5, accuracy: 8 },
      quality: 'good',
      visits: 3,
      count: 2,
      openings: 0,
    })
  })

  test('leaves absent what is empty', () => {
    expect(noteOf({ title: ' Heron ', note: '', tags: ' ', date: '', lat: '', lon: '', quality: '', count: '' })).toEqual({
      title: 'Heron',
    })
  })

  test('takes a date in three columns, as far as it goes', () => {
    expect(noteOf({ title: 'a', day: '4', month: '7', year: '1977' })).toEqual({ title: 'a', observedAt: '1977-07-04' })
    expect(noteOf({ title: 'a', day: '', month: '7', year: '1977' })).toEqual({ title: 'a', observedAt: '1977-07' })
    expect(noteOf({ title: 'a', day: '', month: '', year: '' })).toEqual({ title: 'a' })
  })

  test('takes the time of an observation, in the column of its date or in one of its own', () => {
    const morning = { title: 'a', observedAt: '2021-05-03', observedTime: '06:40' }
    expect(noteOf({ title: 'a', timestamp: '2021-05-03T06:40' })).toEqual(morning)
    expect(noteOf({ title: 'a', date: '3.5.2021', time: '6:40' })).toEqual(morning)
    expect(noteOf({ title: 'a', date: '2021-05-03T06:40', time: '06:40' })).toEqual(morning)
    expect(noteOf({ title: 'a', time: '06:40' })).toEqual({ title: 'a', observedTime: '06:40' })
    expect(noteOf({ title: 'a', day: '3', month: '5', year: '2021', time: '6:40 pm' })).toEqual({ ...morning, observedTime: '18:40' })
  })

  test('reads its own export back', () => {
    expect(noteOf({ title: "'=SUM(A1)", note: "'tis" })).toEqual({ title: '=SUM(A1)', body: "'tis" })
  })

  test.each([
    [{ title: '', note: '' }, ['there is neither a title nor a note']],
    [{ title: 'a', lat: '91', lon: '0' }, ['Latitude: A number from -90 to 90 is wanted here']],
    [{ title: 'a', lat: '46', lon: '' }, ['Longitude is missing']],
    [{ title: 'a', count: 'many' }, ['Count “many” is not a number']],
    [{ title: 'a', count: '1.5' }, ['Count: A whole number is wanted here']],
    [{ title: 'a', count: '-2' }, ['Count: A number from 0 up is wanted here']],
    [{ title: 'a', accuracy: '-1', lat: '1', lon: '2' }, ['Accuracy (m): A number from 0 up is wanted here']],
    [{ title: 'a', visits: '-1' }, ['Visits -1: nobody was there less than never']],
    [{ title: 'a', date: '2021-05-03T25:40' }, ['“25:40” is not a time of day; write 06:40 or 18:40']],
    [{ title: 'a', date: '2021-05-03', time: 'dawn' }, ['“dawn” is not a time of day; write 06:40 or 18:40']],
    [{ title: 'a', date: '2021-05-03T06:40', time: '07:40' }, ['there are two times, 06:40 and 07:40']],
    [{ title: 'a', count: '1,234.5' }, ['Count “1,234.5” is not a number']],
    [{ title: 'a', quality: 'fair' }, ['Quality “fair” is neither poor nor good']],
    [{ title: 'a', date: '3/4/2020' }, ['“3/4/2020” may be day or month first; write 2020-04-03 or 2020-03-04']],
    [{ title: 'a', date: '2020-02-30' }, ['“2020-02-30”: there is no such day']],
    [{ title: 'a', day: '4', month: '7', year: '' }, ['there is no year']],
  ])('%j is refused: %j', (row, reasons) => {
    expect(read(row as Record<string, string>)).toEqual({ ok: false, reasons })
  })
})
