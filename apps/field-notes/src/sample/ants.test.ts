import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import papaparse from 'papaparse'
import { describe, expect, test } from 'vitest'
import { readDate } from '../notes/partial-date.ts'
import { ANT_COUNTS, type AntCount, antNote, type AntSample } from './ants.ts'

const read = (name: string): Buffer => readFileSync(new URL(`../../sample-data/${name}`, import.meta.url))
const sample = JSON.parse(gunzipSync(read('portal-ants.json.gz')).toString()) as AntSample
const original = gunzipSync(read('portal-ant-colony.csv.gz')).toString()
const rows = papaparse.parse<AntCount>(original, { header: true, skipEmptyLines: true }).data
const notes = rows.map((row) => antNote(row, sample))

describe('the sample', () => {
  test('holds the counts as they were published', () => {
    expect(sample.counts).toBe(original)
    expect(notes).toHaveLength(ANT_COUNTS)
  })

  test('leaves absent what nobody wrote down: 3,953 days, 7,432 openings, 248 places', () => {
    expect(notes.filter(({ observedAt }) => observedAt?.length === 7)).toHaveLength(3953)
    expect(notes.filter(({ observedAt }) => observedAt?.length === 10)).toHaveLength(ANT_COUNTS - 3953)
    expect(notes.filter(({ openings }) => openings === undefined)).toHaveLength(7432)
    expect(notes.filter(({ place }) => place === undefined)).toHaveLength(248)
  })

  test('says what was counted, in words', () => {
    expect(notes[0]).toEqual({
      title: 'Myrmecocystus mexicanus · plot 1',
      body: '1 colony, 1 opening. Flag 1: missing stake data.',
      observedAt: '1977-07-13',
      tags: ['Myrmecocystus'],
      count: 1,
      openings: 1,
    })
    expect(notes[2]).toEqual({
      title: 'Forelius pruinosus · plot 1 · stake 11',
      body: '1 colony, 1 opening.',
      observedAt: '1977-07-13',
      tags: ['Forelius'],
      count: 1,
      openings: 1,
      place: { lat: 31.9390269, lon: -109.0829824 },
    })
  })

  test('has dates of the calendar, whole numbers, and places within the study site', () => {
    for (const { title, observedAt, count, openings } of notes) {
      expect(readDate(observedAt ?? '')).toEqual({ ok: true, date: observedAt })
      expect([title, Number.isSafeInteger(count), Number.isSafeInteger(openings ?? 0)]).toEqual([title, true, true])
    }
    const places = notes.flatMap(({ place }) => (place === undefined || place === null ? [] : [place]))
    expect(places.filter(({ lat, lon }) => Math.abs(lat - 31.9389) > 0.005 || Math.abs(lon + 109.0806) > 0.006)).toEqual([])
  })

  test('names every species and explains every flag', () => {
    expect(rows.filter(({ species }) => !(species in sample.species))).toEqual([])
    expect(rows.filter(({ flag }) => flag !== '' && !(flag in sample.flags))).toEqual([])
  })
})
