import { describe, expect, test } from 'vitest'
import { draftOf, readPlace } from './place-draft.ts'

const MEASURED = { lat: 46.056_900_01, lon: 14.5, accuracy: 8 }

describe('a place that is typed', () => {
  test.each([
    ['46', '', 'the longitude is missing.'],
    ['', '14', 'the latitude is missing.'],
    ['north', '14', 'Latitude: Write degrees as a decimal number, such as 46.0569.'],
    ['90.1', '14', 'Latitude: A number from -90 to 90 is wanted here.'],
    ['46', '-181', 'Longitude: A number from -180 to 180 is wanted here.'],
  ])('of %j and %j is none yet: %s', (lat, lon, reason) => {
    expect(readPlace({ lat, lon }, null)).toEqual({ ok: false, reason })
  })

  test('of two degrees is a place, of nothing none', () => {
    expect(readPlace({ lat: '46,05', lon: '14.5 W' }, null)).toEqual({ ok: true, place: { lat: 46.05, lon: -14.5, accuracy: null } })
    expect(readPlace({ lat: '', lon: '' }, MEASURED)).toEqual({ ok: true, place: null })
  })

  test('that is as it was measured stays as it was, with its accuracy', () => {
    const reading = readPlace(draftOf(MEASURED), MEASURED)
    expect(reading.ok && reading.place === MEASURED).toBe(true)
    expect(readPlace({ lat: '46.05690001', lon: '14,5' }, MEASURED)).toEqual({ ok: true, place: MEASURED })
  })

  test('that is another one was not measured, and keeps what nobody touched', () => {
    expect(readPlace({ lat: draftOf(MEASURED).lat, lon: '14.6' }, MEASURED)).toEqual({
      ok: true,
      place: { lat: MEASURED.lat, lon: 14.6, accuracy: null },
    })
  })
})
