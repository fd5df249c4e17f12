/**
 * Makes a download: reads a snapshot page by page and streams it into a zip. In memory are one page and what the reader of the stream has
 * not taken yet. The manifest comes last, because it has the hashes of what comes before.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { configure, ZipWriter } from '@zip.js/zip.js/lib/zip-core-native.js'
import { utf8 } from '@tombolo/core'
import type { SnapshotHead, SnapshotPage } from '../engine/export/port.ts'
import type { PortClient } from '../page/port-client.ts'
import { MANIFEST, manifestText, type PartSummary, README } from './manifest.ts'
import { readmeOf } from './readme.ts'

// The platform's own streams compress and unpack beside this thread already.
configure({ useWebWorkers: false })

type Bytes = Uint8Array<ArrayBuffer>

/** Resolves when the snapshot is taken. @throws TomboloError; the stream fails with one if the snapshot ends too soon. */
export async function writeZip(client: PortClient): Promise<ReadableStream<Bytes>> {
  const id = client.newOperationId()
  const { head } = await client.read({ type: 'takeSnapshot', id })
  let control: TransformStreamDefaultController<Bytes> | undefined
  const through = new TransformStream<Bytes, Bytes>({ start: (controller) => void (control = controller) })
  void writeAll(client, id, head, through.writable)
    .catch((error: unknown) => control?.error(error))
    .then(() => drop(client, id))
  return through.readable
}

async function drop(client: PortClient, id: string): Promise<void> {
  try {
    await client.read({ type: 'dropSnapshot', id })
  } catch {
    // The store was closed, and the snapshot ended with it.
  }
}

async function writeAll(client: PortClient, id: string, head: SnapshotHead, into: WritableStream<Bytes>): Promise<void> {
  const zip = new ZipWriter(into, { lastModDate: new Date(head.takenAt), extendedTimestamp: false })
  const add = (name: string, text: string): Promise<unknown> => zip.add(name, new Blob([text]).stream())
  await add(README, readmeOf(head))
  const summaries: PartSummary[] = []
  for (const name of head.parts) {
    const part = new PartStream(name, (after) => pageOf(client, id, name, after))
    await zip.add(name, part.stream)
    summaries.push(part.summary())
  }
  await add(MANIFEST, manifestText(head, summaries))
  await zip.close()
}

async function pageOf(client: PortClient, id: string, part: string, after: SnapshotPage['next']): Promise<SnapshotPage> {
  const { page } = await client.read({ type: 'readSnapshot', id, part, after })
  return page
}

/** The bytes of one part, which are counted and hashed on their way. */
class PartStream {
  readonly stream: ReadableStream<Bytes>
  readonly #name: string
  readonly #hash = sha256.create()
  #lines = 0
  #bytes = 0
  #after: SnapshotPage['next'] = null

  constructor(name: string, read: (after: SnapshotPage['next']) => Promise<SnapshotPage>) {
    this.#name = name
    this.stream = new ReadableStream<Bytes>({
      pull: async (controller) => {
        const { lines, next } = await read(this.#after)
        this.#after = next
        const bytes = this.#taken(lines)
        if (bytes.length > 0) controller.enqueue(bytes)
        if (next === null) controller.close()
      },
    })
  }

  /** Once the stream has ended. */
  summary(): PartSummary {
    return { name: this.#name, lines: this.#lines, bytes: this.#bytes, sha256: bytesToHex(this.#hash.digest()) }
  }

  #taken(lines: readonly string[]): Bytes {
    const bytes = utf8(lines.map((line) => `${line}\n`).join('')) as Bytes
    this.#hash.update(bytes)
    this.#lines += lines.length
    this.#bytes += bytes.length
    return bytes
  }
}
