import type { SpaceId } from '@tombolo/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NO_IDS, sortRows } from '../import/candidates.ts'
import { guessMapping } from '../import/columns.ts'
import { readSheet } from '../import/sheet.ts'
import { EVERY_FIELD } from '../notes/fields.ts'
import type { NewNote } from '../notes/note.ts'
import type { FieldStore } from '../store.ts'
import { openTestStore, type TestStore } from '../test/store.ts'
import { broughtBack } from './brought-back.ts'
import { exportNotes, type ExportOptions, fileNameOf, type Format } from './export.ts'
import { pieces } from './rows.ts'

let opened: TestStore
let store: FieldStore
let project: SpaceId

beforeEach(async () => {
  opened = await openTestStore()
  ;({ store } = opened)
  project = (await store.createSpace('Pond')).id
})

afterEach(() => opened.end())

const NOTES: readonly NewNote[] = [
  {
    title: 'Heron, grey',
    body: 'Two "juveniles"\nand one adult',
    tags: ['bird', 'shore'],
    observedAt: '2026-07',
    observedTime: '06:40+02:00',
    place: { lat: 46.05, lon: -14.5, accuracy: 8 },
    quality: 'good',
    visits: 3,
    count: 2,
    openings: 0,
  },
  { title: '=SUM(A1)', body: '-5 degrees' },
  { title: 'čaplja' },
]

async function exported(format: Format): Promise<string> {
  await store.write((w) => NOTES.forEach((note) => void w.notes.add(project, note)))
  return await (await exportNotes({ notes: pieces(store.db.notes), format, projectOf: () => 'Pond' })).text()
}

describe('an export', () => {
  test('as CSV comes in again as it went out', async () => {
    const sheet = readSheet(await exported('csv'))
    const { candidates, refusals } = sortRows(sheet, { mapping: guessMapping(sheet.headings), dayOrder: 'unknown' }, NO_IDS)
    expect(refusals).toEqual([])
    expect(candidates.map(({ note }) => note)).toEqual(NOTES.map((note) => ({ ...note, visits: note.visits ?? 0 })))
  })

  test('has every field of a note', async () => {
    const [all] = NOTES
    expect(Object.keys(all ?? {}).toSorted()).toEqual(EVERY_FIELD.map(([key]) => key).toSorted())
    const { features } = JSON.parse(await exported('geojson')) as { features: { properties: object; geometry: object }[] }
    const written = JSON.stringify(features[0])
    for (const value of Object.values(all ?? {})) {
      const parts = typeof value === 'object' && value !== null ? Object.values(value) : [value]
      for (const part of parts) expect(written).toContain(JSON.stringify(part))
    }
  })

  test('as CSV is no formula in a spreadsheet, and numbers stay numbers', async () => {
    const csv = await exported('csv')
    expect(csv).toContain(`"'=SUM(A1)","'-5 degrees"`)
    expect(csv).toContain(',46.05,-14.5,8,good,3,2,0,Pond,')
  })

  test('as GeoJSON has a point for each place, longitude first, and nothing where there is none', async () => {
    const { type, features } = JSON.parse(await exported('geojson')) as { type: string; features: { geometry: unknown }[] }
    expect(type).toBe('FeatureCollection')
    expect(features.map(({ geometry }) => geometry)).toEqual([{ type: 'Point', coordinates: [-14.5, 46.05] }, null, null])
    expect(features[0]).toMatchObject({
      type: 'Feature',
      properties: { title: 'Heron, grey', tags: ['bird', 'shore'], observed: '2026-07', accuracy: 8, openings: 0, project: 'Pond' },
    })
  })

  test('of nothing is a file all the same', async () => {
    const options = (): Omit<ExportOptions, 'format'> => ({ notes: pieces(store.db.notes), projectOf: () => '' })
    expect(JSON.parse(await (await exportNotes({ ...options(), format: 'geojson' })).text())).toEqual({
      type: 'FeatureCollection',
      features: [],
    })
    expect((await (await exportNotes({ ...options(), format: 'csv' })).text()).trim().split('\n')).toHaveLength(1)
  })

  test('of more than a piece holds has every note once', async () => {
    await store.write((w) => Array.from({ length: 2500 }, (_, index) => w.notes.add(project, { title: `Ant ${index}` })))
    const { features } = JSON.parse(await exported('geojson')) as { features: { id: string }[] }
    expect(new Set(features.map(({ id }) => id)).size).toBe(2503)
  })

  test('has a name that any disk takes', () => {
    expect(fileNameOf('Portal Project: ant/colonies', '2026-11-22', 'csv')).toBe('Portal-Project-ant-colonies-2026-11-22.csv')
    expect(fileNameOf('???', '2026-11-22', 'geojson')).toBe('notes-2026-11-22.geojson')
  })
})

describe('a download that is brought back', () => {
  test.each([
    [{ spaces: 1, records: 12, changes: 0, known: 3 }, '12 notes are back, in 1 project.'],
    [{ spaces: 2, records: 1, changes: 1, known: 0 }, '1 note is back, in 2 projects. 1 unsent change is back.'],
    [{ spaces: 0, records: 0, changes: 3, known: 0 }, '3 unsent changes are back.'],
    [{ spaces: 0, records: 0, changes: 0, known: 9 }, 'All of this download is here already.'],
  ])('says of %o: %s', (imported, words) => expect(broughtBack(imported)).toBe(words))
})
