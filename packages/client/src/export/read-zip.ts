/**
 * Brings a download back: checks the zip against its manifest while its lines go to the engine, which keeps them apart until the last one is
 * there and everything was sound. Whatever fails before that has changed nothing.
 *
 * The zip may come from anybody. Nothing is unpacked to a disk, so a name is only a name; sizes are bounded by the manifest, the manifest by
 * limits, and the stream of a file ends where it says more than was declared.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { BlobReader, configure, type Entry, type FileEntry, ZipReader } from '@zip.js/zip.js/lib/zip-core-native.js'
import type { WriteAnswer } from '../engine/port.ts'
import type { Imported, ImportStep } from '../engine/export/port.ts'
import { errorOf, TomboloError } from '../page/errors.ts'
import type { PortClient } from '../page/port-client.ts'
import { LineBatches, NoLines } from './line-batches.ts'
import {
  type Manifest,
  MANIFEST,
  MANIFEST_BYTES_MAX,
  type ManifestFault,
  PARTS_MAX,
  type PartSummary,
  readManifest,
  README,
} from './manifest.ts'

configure({ useWebWorkers: false })

/** The engine's staging ends where another tab takes over; so often it is begun again. */
const ATTEMPTS_MAX = 3

/** @throws TomboloError; nothing was changed then. */
export async function readZip(client: PortClient, zip: Blob): Promise<Imported> {
  const files = await filesIn(zip)
  const manifest = await manifestIn(files)
  const parts = manifest.parts.map((part) => ({ part, file: fileOf(files, part) }))
  for (let attempt = 1; ; attempt++) {
    const answer = await bringBack(client, manifest, parts)
    if (answer.ok && answer.imported !== undefined) return answer.imported
    const { code, message } = answer.ok ? { code: 'import.interrupted', message: '' } : answer
    if (code !== 'import.interrupted' || attempt >= ATTEMPTS_MAX) throw errorOf(code, message)
  }
}

interface PartFile {
  readonly part: PartSummary
  readonly file: FileEntry
}

async function bringBack(client: PortClient, { origin }: Manifest, parts: readonly PartFile[]): Promise<WriteAnswer> {
  const id = client.newOperationId()
  const take = (step: ImportStep): Promise<WriteAnswer> => client.tryWrite({ type: 'import', id, step }, '')
  const begun = await take({ type: 'begin', origin })
  if (!begun.ok) return begun
  try {
    for (const part of parts) await bringPart(part, take)
    return accepted(await take({ type: 'finish' }))
  } catch (error) {
    // What is left where this fails too is forgotten when a download is brought back, or the store is opened.
    await take({ type: 'drop' }).catch(() => {})
    if (error instanceof Refused) return error.answer
    throw error
  }
}

/** @throws Refused */
function accepted(answer: WriteAnswer): WriteAnswer {
  if (!answer.ok) throw new Refused(answer)
  return answer
}

/** Carries the engine's refusal out of the stream that the lines were read from. */
class Refused extends Error {
  readonly answer: WriteAnswer

  constructor(answer: WriteAnswer) {
    super('refused')
    this.answer = answer
  }
}

async function bringPart({ part, file }: PartFile, take: (step: ImportStep) => Promise<WriteAnswer>): Promise<void> {
  const hash = sha256.create()
  let bytes = 0
  const batches = new LineBatches(async (from, lines) => {
    accepted(await take({ type: 'lines', part: part.name, from, lines }))
  })
  await readFile(file, async (chunk) => {
    bytes += chunk.length
    if (bytes > part.bytes) throw damaged(`${part.name} is longer than its manifest says`)
    hash.update(chunk)
    await batches.take(chunk)
  })
  const lines = await batches.end().catch(asDamaged)
  const isWhole = bytes === part.bytes && lines === part.lines && bytesToHex(hash.digest()) === part.sha256
  if (!isWhole) throw damaged(`${part.name} is not what its manifest says`)
}

// ── the zip ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

type Files = ReadonlyMap<string, FileEntry>

async function filesIn(zip: Blob): Promise<Files> {
  const reader = new ZipReader(new BlobReader(zip), { checkSignature: true, checkOverlappingEntry: true, strictness: 'strict' })
  const files = new Map<string, FileEntry>()
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      if (files.size >= PARTS_MAX) throw errorOf('import.tooLarge', 'This download has more files than one may have.')
      if (files.has(entry.filename)) throw damaged(`it has ${entry.filename} twice`)
      files.set(entry.filename, plainFile(entry))
    }
  } catch (error) {
    if (error instanceof TomboloError) throw error
    throw errorOf('import.format', 'This file is no download, or a part of it is missing.', {}, error)
  }
  return files
}

const plainFile = (entry: Entry): FileEntry =>
  entry.directory || entry.encrypted ? fail(damaged(`${entry.filename} is no plain file`)) : entry

async function manifestIn(files: Files): Promise<Manifest> {
  const file = files.get(MANIFEST)
  if (file === undefined) throw errorOf('import.format', FAULTS['import.format'])
  const decoder = new TextDecoder()
  let [text, bytes] = ['', 0]
  await readFile(file, (chunk) => {
    bytes += chunk.length
    if (bytes > MANIFEST_BYTES_MAX) throw errorOf('import.tooLarge', FAULTS['import.tooLarge'])
    text += decoder.decode(chunk, { stream: true })
  })
  const manifest = readManifest(text)
  if (!manifest.ok) throw errorOf(manifest.error, FAULTS[manifest.error])
  const named = new Set([MANIFEST, README, ...manifest.value.parts.map(({ name }) => name)])
  for (const name of files.keys()) if (!named.has(name)) throw damaged(`it has a file that its manifest does not name: ${name}`)
  return manifest.value
}

const FAULTS: Readonly<Record<ManifestFault, string>> = {
  'import.format': 'This file is no download of such an app.',
  'import.newer': 'This download was made by a newer version of the app.',
  'import.damaged': 'This download is damaged: its manifest cannot be read.',
  'import.tooLarge': 'This download is larger than one may be.',
}

function fileOf(files: Files, { name, bytes }: PartSummary): FileEntry {
  const file = files.get(name)
  if (file === undefined) throw damaged(`${name} is missing`)
  if (file.uncompressedSize !== bytes) throw damaged(`${name} is not as long as its manifest says`)
  return file
}

/** Reads a file of the zip; waits for `take` before it reads on. */
async function readFile(file: FileEntry, take: (chunk: Uint8Array) => Promise<void> | void): Promise<void> {
  let failure: unknown
  const write = async (chunk: Uint8Array): Promise<void> => {
    try {
      await take(chunk)
    } catch (error) {
      failure = error
      throw error
    }
  }
  try {
    await file.getData(new WritableStream({ write }), { checkSignature: true })
  } catch (error) {
    asDamaged(failure ?? error)
  }
}

const damaged = (what: string, cause?: unknown): TomboloError => errorOf('import.damaged', `This download is damaged: ${what}.`, {}, cause)

/** What the zip or its lines fail with is damage; what the engine or the page fails with stays as it is. */
function asDamaged(error: unknown): never {
  if (error instanceof TomboloError || error instanceof Refused) throw error
  throw damaged(error instanceof NoLines ? error.message : 'a file in it cannot be unpacked', error)
}

const fail = (error: TomboloError): never => {
  throw error
}
