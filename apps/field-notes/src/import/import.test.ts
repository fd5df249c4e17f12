import type { SpaceId } from '@tombolo/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FieldStore } from '../store.ts'
import { openTestStore, type TestStore } from '../test/store.ts'
import { sortRows } from './candidates.ts'
import { guessMapping } from './columns.ts'
import { refusedCsv } from './refused.ts'
import { readSheet, textOf } from './sheet.ts'
import { type ImportOutcome, writeNotes } from './write-notes.ts'

let opened: TestStore
let store: FieldStore
let project: SpaceId

beforeEach(async () => {
  opened = await openTestStore()
  ;({ store } = opened)
  project = (await store.createSpace('Pond')).id
})

afterEach(() => opened.end())

async function importCsv(
  csv: string,
  signal = new AbortController().signal,
  onProgress: (done: number) => void = () => {},
): Promise<ImportOutcome> {
  const sheet = readSheet(csv)
  const { candidates } = sortRows(sheet, guessMapping(sheet.headings), 'unknown')
  return await writeNotes({ store, project, candidates, label: 'Import pond.csv', signal, onProgress })
}

const sheetOf = (rows: number): string =>
  ['title,count', ...Array.from({ length: rows }, (_, index) => `Note ${index},${index}`)].join('\n')
const notesThere = (): Promise<number> => store.db.notes.in(project).count()

describe('an import', () => {
  test('is written a hundred rows at a time, under its own label', async () => {
    const progress: number[] = []
    expect(await importCsv(sheetOf(250), undefined, (done) => progress.push(done))).toEqual({
      saved: 250,
      known: 0,
      refusals: [],
      stopped: null,
    })
    expect(progress).toEqual([100, 200, 250])
    const items = (await store.outbox.all()).filter(({ label }) => label === 'Import pond.csv')
    expect(items.map(({ recordCount }) => recordCount)).toEqual([100, 100, 50])
  })

  test('brings nothing twice when it is repeated', async () => {
    await importCsv(sheetOf(120))
    expect(await importCsv(sheetOf(130))).toMatchObject({ saved: 10, known: 120 })
    expect(await notesThere()).toBe(130)
  })

  test('keeps rows that say the same apart, and still brings nothing twice', async () => {
    const twins = 'title,count\nAnt,1\nAnt,1\nAnt,2'
    expect(await importCsv(twins)).toMatchObject({ saved: 3 })
    expect(await importCsv(twins)).toMatchObject({ saved: 0, known: 3 })
    expect(await importCsv(`${twins}\nAnt,1`)).toMatchObject({ saved: 1, known: 3 })
  })

  test('stops when it is told to, and goes on where it stopped', async () => {
    const stop = new AbortController()
    expect(await importCsv(sheetOf(350), stop.signal, (done) => done === 200 && stop.abort())).toMatchObject({
      saved: 200,
      stopped: 'by-person',
    })
    expect(await importCsv(sheetOf(350))).toMatchObject({ saved: 150, known: 200, stopped: null })
  })

  test('saves the others when the store refuses a row', async () => {
    const tooLong = 'x'.repeat(1_100_000)
    const outcome = await importCsv(`title,note\nA,a\nB,${tooLong}\nC,c`)
    expect(outcome).toMatchObject({ saved: 2, refusals: [{ row: { number: 3 } }] })
    expect((await store.db.notes.in(project).orderBy('title').all()).map(({ title }) => title)).toEqual(['A', 'C'])
  })
})

describe('a sheet', () => {
  test('is read with any delimiter, quotes, lines within cells, and empty lines', () => {
    const { headings, rows } = readSheet('\uFEFFtitle;note\r\n"a;b";"one\r\ntwo ""quoted"""\r\n\r\nc;\r\n')
    expect(headings).toEqual(['title', 'note'])
    expect(rows).toEqual([
      { number: 2, cells: ['a;b', 'one\r\ntwo "quoted"'], fault: null },
      { number: 3, cells: ['c', ''], fault: null },
    ])
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
  const { candidates, refusals } = sortRows(sheet, guessMapping(sheet.headings), 'unknown')
  expect(candidates).toHaveLength(1)
  expect(refusedCsv(sheet.headings, refusals)).toBe('\uFEFFRow,Reason,title,count\r\n2,Count “many” is not a number,Heron,many\r\n')
})
