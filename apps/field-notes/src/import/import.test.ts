import type { RecordId, SpaceId } from '@tombolo/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { exportNotes } from '../export/export.ts'
import { pieces } from '../export/rows.ts'
import type { NewNote, Note } from '../notes/note.ts'
import type { FieldStore } from '../store.ts'
import { openTestStore, type TestStore } from '../test/store.ts'
import { NO_IDS, type Sorted, sortRows } from './candidates.ts'
import { guessMapping } from './columns.ts'
import { knownIds } from './known-ids.ts'
import { refusedCsv } from './refused.ts'
import { readSheet, textOf } from './sheet.ts'
import { type ImportOutcome, type Into, runImport } from './run-import.ts'

let opened: TestStore
let store: FieldStore
let project: SpaceId

beforeEach(async () => {
  opened = await openTestStore()
  ;({ store } = opened)
  project = (await store.createSpace('Pond')).id
})

afterEach(() => opened.end())

const sorted = async (csv: string): Promise<Sorted> => {
  const sheet = readSheet(csv)
  const mapping = guessMapping(sheet.headings)
  return sortRows(sheet, { mapping, dayOrder: 'unknown' }, await knownIds(store, sheet, mapping))
}

async function importCsv(
  csv: string,
  signal = new AbortController().signal,
  progress: (done: number) => void = () => {},
  into: Into = { project },
): Promise<ImportOutcome> {
  return await runImport({ store, sorted: await sorted(csv), into, label: 'Import pond.csv', signal, progress })
}

const sheetOf = (rows: number): string =>
  ['title,count', ...Array.from({ length: rows }, (_, index) => `Note ${index},${index}`)].join('\n')
const notesThere = (): Promise<number> => store.db.notes.in(project).count()

describe('an import', () => {
  test('is written a hundred rows at a time, under its own label', async () => {
    const progress: number[] = []
    expect(await importCsv(sheetOf(250), undefined, (done) => progress.push(done))).toEqual({
      added: 250,
      corrected: 0,
      known: 0,
      unchanged: 0,
      refusals: [],
      stopped: null,
    })
    expect(progress).toEqual([100, 200, 250])
    const items = (await store.outbox.all()).filter(({ label }) => label === 'Import pond.csv')
    expect(items.map(({ recordCount }) => recordCount)).toEqual([100, 100, 50])
  })

  test('brings nothing twice when it is repeated', async () => {
    await importCsv(sheetOf(120))
    expect(await importCsv(sheetOf(130))).toMatchObject({ added: 10, known: 120 })
    expect(await notesThere()).toBe(130)
  })

  test('keeps rows that say the same apart, and still brings nothing twice', async () => {
    const twins = 'title,count\nAnt,1\nAnt,1\nAnt,2'
    expect(await importCsv(twins)).toMatchObject({ added: 3 })
    expect(await importCsv(twins)).toMatchObject({ added: 0, known: 3 })
    expect(await importCsv(`${twins}\nAnt,1`)).toMatchObject({ added: 1, known: 3 })
  })

  test('stops when it is told to, and goes on where it stopped', async () => {
    const stop = new AbortController()
    expect(await importCsv(sheetOf(350), stop.signal, (done) => done === 200 && stop.abort())).toMatchObject({
      added: 200,
      stopped: 'by-person',
    })
    expect(await importCsv(sheetOf(350))).toMatchObject({ added: 150, known: 200, stopped: null })
  })

  test('saves the others when the store refuses a row', async () => {
    const tooLong = 'x'.repeat(1_100_000)
    const outcome = await importCsv(`title,note\nA,a\nB,${tooLong}\nC,c`)
    expect(outcome).toMatchObject({ added: 2, refusals: [{ row: { number: 3 } }] })
    expect((await store.db.notes.in(project).orderBy('title').all()).map(({ title }) => title)).toEqual(['A', 'C'])
  })
})

describe('a sheet that went out from here and was corrected', () => {
  const NOTE: NewNote = {
    title: 'Heron',
    body: 'Two juveniles',
    tags: ['bird', 'shore'],
    observedAt: '2026-07',
    observedTime: '06:40',
    place: { lat: 46.05, lon: 14.5, accuracy: 8 },
    visits: 3,
    count: 2,
  }

  async function exported(): Promise<string> {
    const blob = await exportNotes({ notes: pieces(store.db.notes), format: 'csv', projectOf: () => 'Pond' })
    return await blob.text()
  }

  const theNote = async (): Promise<Note> => {
    const note = await store.db.notes.first()
    if (note === null) throw new Error('there is no note')
    return note
  }

  beforeEach(async () => {
    await store.write((w) => void w.notes.add(project, NOTE))
  })

  test('changes nothing where nothing was corrected', async () => {
    expect(await importCsv(await exported())).toMatchObject({ added: 0, corrected: 0, unchanged: 1, refusals: [] })
    expect(await notesThere()).toBe(1)
  })

  test('changes the note that it names, and nothing else of it, and brings no second one', async () => {
    const csv = await exported()
    const corrected = csv
      .replace('Two juveniles', 'Two juveniles and one adult')
      .replace('bird; shore', 'bird; reed')
      .replace(',3,2,', ',4,,')
    await store.write((w) => w.notes.set({ id: csv.slice(-40).trim().slice(-36) as RecordId, space: project }, { quality: 'good' }))
    const sheet = corrected.replace('Quality,', 'Left out,')
    expect((await sorted(sheet)).corrected.map(({ correction }) => correction)).toEqual([
      { body: 'Two juveniles and one adult', tags: ['bird', 'reed'], visits: 4, count: null },
    ])
    expect(await importCsv(sheet)).toMatchObject({ added: 0, corrected: 1, refusals: [] })
    expect(await notesThere()).toBe(1)
    expect(await theNote()).toMatchObject({
      ...NOTE,
      body: 'Two juveniles and one adult',
      tags: ['bird', 'reed'],
      visits: 4,
      count: null,
      quality: 'good',
    })
  })

  test('keeps what others put in meanwhile', async () => {
    const csv = (await exported()).replace('Two juveniles', 'Two juveniles and one adult')
    const looked = await sorted(csv)
    const note = await theNote()
    await store.write((w) => {
      w.notes.edit(note, 'body', { from: 'Two juveniles', to: 'At dawn: Two juveniles' })
      w.notes.addTo(note, 'tags', 'dawn')
      w.notes.increment(note, 'visits', 1)
    })
    const { signal } = new AbortController()
    await runImport({ store, sorted: looked, into: { project }, label: 'Import', signal, progress: () => {} })
    expect(await theNote()).toMatchObject({
      body: 'At dawn: Two juveniles and one adult',
      tags: ['bird', 'dawn', 'shore'],
      visits: 4,
    })
  })

  test('is refused where its note was deleted, or where two rows name one note', async () => {
    const csv = await exported()
    const [head, row] = csv.trim().split('\r\n')
    const twice = [head, row?.replace('Heron', 'Egret'), row?.replace('Heron', 'Ibis')].join('\n')
    expect((await sorted(twice)).refusals.map(({ reasons }) => reasons)).toEqual([['another row has the same Id']])
    const note = await theNote()
    await store.write((w) => w.notes.delete(note))
    expect((await sorted(csv)).refusals.map(({ reasons }) => reasons)).toEqual([['the note with this Id was deleted; restore it first']])
  })

  test('of another device is new notes, in the projects that it names', async () => {
    const csv = (await exported()).replace(/[0-9a-f-]{36}/, '00000000-0000-7000-8000-000000000001').replaceAll(',Pond,', ',Lake,')
    expect(await sorted(csv)).toMatchObject({ strangers: 1, corrected: [] })
    expect(await importCsv(csv, undefined, undefined, { asNamed: true, otherwise: 'pond' })).toMatchObject({ added: 1 })
    const lake = (await store.spaces()).find(({ name }) => name === 'Lake')
    expect(lake === undefined ? null : await store.db.notes.in(lake).first()).toMatchObject(NOTE)
    // Once more, it is there already.
    expect(await importCsv(csv, undefined, undefined, { asNamed: true, otherwise: 'pond' })).toMatchObject({ added: 0, known: 1 })
  })
})

describe('a sheet', () => {
  test('is read with any delimiter, quotes, lines within cells, and empty lines', () => {
    const { headings, rows } = readSheet('\uFEFFtitle;note\r\n"a;b";"one\r\ntwo ""quoted"""\r\n\r\nc;\r\n')
    expect(headings).toEqual(['title', 'note'])
    expect(rows).toEqual([
      { number: 2, cells: ['a;b', 'one\r\ntwo "quoted"'], fault: null },
      { number: 4, cells: ['c', ''], fault: null },
    ])
  })

  test('says of which row its text is broken, also behind empty lines: that row is refused, and none is lost', async () => {
    const csv = '\n\ntitle,count\n\n,\nA,1\n\n"B"x,2\nC,3\n'
    expect(readSheet(csv).rows).toMatchObject([
      { number: 6, cells: ['A', '1'], fault: null },
      { number: 8, fault: 'Quoted field unterminated' },
    ])
    const { candidates, refusals } = await sorted(csv)
    expect(candidates).toMatchObject([{ row: { number: 6 } }])
    expect(refusedCsv(['title', 'count'], refusals)).toContain('8,Quoted field unterminated,"B""x,2\nC,3\n"')
  })

  test('says which rows are cut wrongly', () => {
    expect(readSheet('a,b\n1,2,3\n4').rows.map(({ fault }) => fault)).toEqual(['there are 3 cells, but 2 headings', null])
  })

  test('from an old spreadsheet keeps its letters', async () => {
    expect(await textOf(new Blob([new Uint8Array([0x41, 0xe9])]))).toBe('Aé')
    expect(await textOf(new Blob(['Aé']))).toBe('Aé')
  })
})

test('refused rows are given back with their reasons', () => {
  const sheet = readSheet('title,count\nHeron,many\n,\nOwl,1')
  const { candidates, refusals } = sortRows(sheet, { mapping: guessMapping(sheet.headings), dayOrder: 'unknown' }, NO_IDS)
  expect(candidates).toHaveLength(1)
  expect(refusedCsv(sheet.headings, refusals)).toBe('\uFEFFRow,Reason,title,count\r\n2,Count “many” is not a number,Heron,many\r\n')
})
