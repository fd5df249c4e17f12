/** HTTP bodies: compressed when sent, limited and parsed when received. */
import { parseMessage, PUSH_BYTES_MAX } from '@tombolo/core'

/** Below this gzip saves less than its own time. */
const PACK_ABOVE_BYTES = 1024
/** The largest answer. A page exceeds the size asked for by at most one change or record. */
const ANSWER_BYTES_MAX: number = 2 * PUSH_BYTES_MAX
/** The typical compression of this protocol's JSON; used only if the compressed length is unknown. */
const PACKED_SHARE = 0.25

export interface PackedBody {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly isPacked: boolean
}

export async function gzipped(text: string): Promise<PackedBody> {
  const bytes = new TextEncoder().encode(text)
  if (bytes.length <= PACK_ABOVE_BYTES || typeof CompressionStream === 'undefined') return { bytes, isPacked: false }
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))
  return { bytes: new Uint8Array(await new Response(packed).arrayBuffer()), isPacked: true }
}

export interface ReadBody {
  readonly json: unknown
  /** The bytes as transferred over the wire. */
  readonly wireBytes: number
}

/** Reads a body; null if it is too long or not JSON. */
export async function readBounded(response: Response): Promise<ReadBody | null> {
  const chunks = await readChunks(response)
  if (chunks === null) return null
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  const decoder = new TextDecoder()
  const text = chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode()
  return { json: parsed(text), wireBytes: wireBytesOf(response, bytes) }
}

async function readChunks({ body }: Response): Promise<readonly Uint8Array[] | null> {
  if (body === null) return []
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let bytes = 0
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    bytes += chunk.value.length
    if (bytes > ANSWER_BYTES_MAX) {
      await reader.cancel()
      return null
    }
    chunks.push(chunk.value)
  }
  return chunks
}

/** Returns `undefined`, which no message decodes from, if there is no message. */
function parsed(text: string): unknown {
  const message = parseMessage(text)
  return message.ok ? message.value : undefined
}

function wireBytesOf({ headers }: Response, bytes: number): number {
  const told = Number(headers.get('content-length') ?? Number.NaN)
  if (told >= 0) return told
  return headers.get('content-encoding') === null ? bytes : Math.ceil(bytes * PACKED_SHARE)
}
