/** What a download may not be: each has its code, and none changes anything. */
import { collection, schema, string } from '@tombolo/core'
import { beforeEach, expect, test } from 'vitest'
import { bent, type Files, manifestOf, summaryOf, unzipped, withManifest, zipped } from '../test/export/zip-kit.ts'
import { openPage } from '../test/page/kit.ts'
import { MANIFEST, TOTAL_BYTES_MAX } from './manifest.ts'

const app = schema({ version: 1, collections: { notes: collection({ title: string() }) } })

let genuine: Blob
let files: Files

beforeEach(async () => {
  const { store } = await openPage(app)
  const project = await store.createSpace('Pond')
  await store.write((w) => w.notes.add(project, { title: 'Heron' }))
  await store.write((w) => w.notes.add(project, { title: 'Egret' }))
  genuine = await new Response(await store.exportAll()).blob()
  files = await unzipped(genuine)
})

const textOf = (name: string): string => files.get(name) ?? ''
const withFile = (name: string, text: string): Files => new Map(files).set(name, text)
/** A part with other lines, and a manifest that agrees. */
const withLines = (name: string, change: (text: string) => string): Files => withManifest(withFile(name, change(textOf(name))))
const withSummary = (name: string, change: object): Files => {
  const parts = manifestOf(files).parts.map((part) => (part.name === name ? { ...part, ...change } : part))
  return withFile(MANIFEST, JSON.stringify({ ...manifestOf(files), parts }))
}
const without = (name: string): Files => new Map([...files].filter(([other]) => other !== name))

const OUTBOX = 'outbox.ndjson'
const NOTES = 'records/notes.ndjson'

const cases: readonly (readonly [title: string, code: string, zip: () => Blob | Promise<Blob>])[] = [
  ['a file that is no zip', 'import.format', () => new Blob(['%PDF-1.4 hello'])],
  ['an empty file', 'import.format', () => new Blob([])],
  ['a zip of something else', 'import.format', () => zipped(new Map([['notes.txt', 'Heron']]))],
  ['a manifest of something else', 'import.format', () => zipped(withFile(MANIFEST, '{"format":"other"}'))],
  ['a manifest that is no JSON', 'import.format', () => zipped(withFile(MANIFEST, '{'))],
  ['a download whose end is missing', 'import.format', () => genuine.slice(0, genuine.size - 30)],
  ['a download whose beginning is missing', 'import.format', () => genuine.slice(100)],
  ['something before it', 'import.format', () => new Blob(['MZ hello', genuine])],
  ['something behind it', 'import.format', () => new Blob([genuine, 'hello'])],
  ['a later format', 'import.newer', () => zipped(withManifest(files, { version: 2 }))],
  ['a manifest without parts', 'import.damaged', () => zipped(withFile(MANIFEST, '{"format":"tombolo-export","version":1}'))],
  ['a part that is missing', 'import.damaged', () => zipped(without(NOTES))],
  ['a file that the manifest does not name', 'import.damaged', () => zipped(withFile('notes.txt', 'Heron'))],
  ['a name that leads out of it', 'import.format', () => zipped(withFile('../../etc/passwd', 'root'))],
  [
    'a part that is named twice',
    'import.damaged',
    () => zipped(withManifest(files, { parts: [summaryOf(NOTES, ''), summaryOf(NOTES, '')] })),
  ],
  ['a file that is there twice', 'import.damaged', () => bent(genuine, OUTBOX, 'spaces.ndjson')],
  ['other bytes than the hash says', 'import.damaged', () => zipped(withFile(OUTBOX, textOf(OUTBOX).replace('Heron', 'Hyena')))],
  ['fewer lines than the manifest says', 'import.damaged', () => zipped(withSummary(OUTBOX, { lines: 4 }))],
  ['a huge number of lines', 'import.damaged', () => zipped(withSummary(OUTBOX, { lines: Number.MAX_SAFE_INTEGER }))],
  ['fewer bytes than the manifest says', 'import.damaged', () => zipped(withSummary(OUTBOX, { bytes: 1 }))],
  ['more bytes than any may have', 'import.tooLarge', () => zipped(withSummary(OUTBOX, { bytes: TOTAL_BYTES_MAX + 1 }))],
  ['a manifest of many megabytes', 'import.tooLarge', () => zipped(withFile(MANIFEST, ' '.repeat(5_000_000)))],
  ['a line that is no JSON', 'import.damaged', () => zipped(withLines(NOTES, (text) => `${text}{"id"\n`))],
  ['a line that is no object', 'import.damaged', () => zipped(withLines(NOTES, (text) => `${text}[]\n`))],
  ['a last line without its end', 'import.damaged', () => zipped(withLines(NOTES, (text) => text.slice(0, -1)))],
  ['a change without a content', 'import.damaged', () => zipped(withLines(OUTBOX, (text) => text.replace('"content":[', '"other":[')))],
  [
    'a change with a negative count',
    'import.damaged',
    () => zipped(withLines(OUTBOX, (text) => text.replace('"attempt":0', '"attempt":-1'))),
  ],
  ['a name that all objects have', 'import.damaged', () => zipped(withLines(OUTBOX, (text) => text.replace('"title"', '"__proto__"')))],
  [
    'a record that is another one',
    'import.damaged',
    () => zipped(withLines(NOTES, (text) => text.replace('"confirmed":null', '"confirmed":[["notes"],"AYkAAAAAcACAAAAAAAAAAQ",1,[]]'))),
  ],
  [
    'lines of a space without an id',
    'import.damaged',
    () => zipped(withLines('spaces.ndjson', (text) => text.replace('"id":"', '"id":"x'))),
  ],
  [
    'another schema of the same version',
    'import.schema',
    () => zipped(withManifest(files, { schema: { version: 1, fingerprint: 'AAAAAAAAAAAAAAAAAAAAAA' } })),
  ],
  ['a later schema', 'import.newer', () => zipped(withManifest(files, { schema: { version: 2, fingerprint: 'AAAAAAAAAAAAAAAAAAAAAA' } }))],
]

test.each(cases)('[E5] %s is refused as %s, and nothing is changed', async (_, code, make) => {
  const { store, device } = await openPage(app)
  const project = await store.createSpace('Marsh')
  const { database } = device.store.state
  const everything = (): unknown[] =>
    ['_change', '_space', 'notes', '$space', '_import', '_history'].map((table) => database.prepare(`SELECT * FROM "${table}"`).all())
  await store.seal(project)
  const before = everything()
  await expect(store.importAll(await make())).rejects.toMatchObject({
    code,
    help: expect.stringMatching(/Nothing was changed|Choose/),
  })
  expect(everything()).toEqual(before)
})

test('[E5] the download itself comes back, and so does one that was taken apart and put together again', async () => {
  for (const zip of [genuine, await zipped(files), await zipped(withManifest(files))]) {
    const { store } = await openPage(app)
    expect(await store.importAll(zip)).toEqual({ spaces: 1, records: 2, changes: 3, known: 0 })
    expect((await store.db.notes.orderBy('title').all()).map(({ title }) => title)).toEqual(['Egret', 'Heron'])
  }
})

test.each(['later.ndjson', '__proto__'])('[E5] a part that only later versions of the format have is left alone: %s', async (name) => {
  const { store } = await openPage(app)
  const parts = [...manifestOf(files).parts, summaryOf(name, '{}\n')]
  const zip = await zipped(new Map([...files, [name, '{}\n'], [MANIFEST, JSON.stringify({ ...manifestOf(files), parts })]]))
  expect(await store.importAll(zip)).toMatchObject({ records: 2 })
})
