import { describe, expect, test } from 'vitest'
import { placeWords, readLatitude, readLongitude } from './place.ts'

describe('degrees as people write them', () => {
  test.each([
    ['46.0569', 46.0569],
    [' 46,0569 ', 46.0569],
    ['-14.5', -14.5],
    ['−14.5', -14.5],
    ['31.9°', 31.9],
    ['31.9° S', -31.9],
    ['31.9n', 31.9],
    ['90', 90],
    ['', null],
  ])('latitude %j is %s', (text, degrees) => {
    expect(readLatitude(text)).toEqual({ ok: true, degrees })
  })

  test.each(['north', '46.05.06', '14 W', '46 3 25'])('latitude %j is none', (text) => {
    expect(readLatitude(text).ok).toBe(false)
  })

  test('west is negative', () => {
    expect(readLongitude('109.08 W')).toEqual({ ok: true, degrees: -109.08 })
  })
})

test('a place says how sure it is', () => {
  expect(placeWords({ lat: 46.05690001, lon: 14.5, accuracy: null })).toBe('46.0569, 14.5')
  expect(placeWords({ lat: 46, lon: 14.5, accuracy: 7.6 })).toBe('46, 14.5 (± 8 m)')
  expect(placeWords({ lat: 46, lon: 14.5, accuracy: 0.2 })).toBe('46, 14.5 (± 1 m)')
})
