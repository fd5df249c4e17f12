/** Downloads for tests: taken apart, bent, and put together again. */
import { createHash } from 'node:crypto'
import { BlobReader, BlobWriter, configure, TextReader, TextWriter, ZipReader, ZipWriter } from '@zip.js/zip.js/lib/zip-core-native.js'
import { MANIFEST, type PartSummary } from '../../export/manifest.ts'

configure({ useWebWorkers: false })

/** The texts of a zip, by name, in their order. */
export type Files = Map<string, string>

export async function unzipped(zip: Blob): Promise<Files> {
  const files: Files = new Map()
  for await (const entry of new ZipReader(new BlobReader(zip)).getEntriesGenerator())
    if (!entry.directory) files.set(entry.filename, await entry.getData(new TextWriter()))
  return files
}

export async function zipped(files: ReadonlyMap<string, string>): Promise<Blob> {
  const zip = new ZipWriter(new BlobWriter())
  for (const [name, text] of files) await zip.add(name, new TextReader(text))
  return await zip.close()
}

/** With a manifest that says of every part what it is now, and whatever `more` says. */
export function withManifest(files: Files, more: Readonly<Record<string, unknown>> = {}): Files {
  const manifest = manifestOf(files)
  const parts = manifest.parts.map(({ name }) => summaryOf(name, files.get(name) ?? ''))
  return new Map(files).set(MANIFEST, JSON.stringify({ ...manifest, parts, ...more }))
}

export const manifestOf = (files: Files): { readonly parts: readonly PartSummary[]; readonly [member: string]: unknown } =>
  JSON.parse(files.get(MANIFEST) ?? '{}') as never

export const summaryOf = (name: string, text: string): PartSummary => ({
  name,
  lines: text.split('\n').length - 1,
  bytes: Buffer.byteLength(text),
  sha256: createHash('sha256').update(text).digest('hex'),
})

/** The same bytes, with one text in them for another of the same length. */
export async function bent(zip: Blob, from: string, to: string): Promise<Blob> {
  const bytes = Buffer.from(await zip.arrayBuffer()).toString('latin1')
  return new Blob([Buffer.from(bytes.replaceAll(from, to), 'latin1')])
}
