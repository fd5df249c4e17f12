/**
 * Reads a request body as JSON, within limits that apply before the work: compressed and decompressed bytes are counted chunk by chunk, so
 * that a compression bomb stops early, and nesting is counted before parsing, so that it cannot fill the memory.
 */
import { isUtf8 } from 'node:buffer'
import { promisify } from 'node:util'
import { gunzip, gunzipSync } from 'node:zlib'
import { err, ok, parseMessage, PUSH_BYTES_MAX, type Result } from '@tombolo/core'
import { type Refused, refused } from '../problem.ts'

/** The most compressed bytes: gzip brings every valid push below this. */
const PACKED_BYTES_MAX = PUSH_BYTES_MAX / 2
/** Unpacking less than this is quicker than handing it to another thread. */
const UNPACK_HERE_BYTES = 32 * 1024

const unpackElsewhere = promisify(gunzip)

/** A body, and how many bytes it has unpacked. */
export interface Body {
  readonly json: unknown
  readonly bytes: number
}

export async function readBody(request: Request): Promise<Result<Body, Refused>> {
  const type = request.headers.get('content-type')
  if (type === null || !/^application\/json\s*(;|$)/i.test(type)) return err(refused('media.unsupported', 'a body is application/json'))
  const encoding = request.headers.get('content-encoding')?.toLowerCase() ?? null
  if (encoding !== null && encoding !== 'gzip') return err(refused('media.unsupported', 'a body is plain or gzip'))
  const packed = await readBytes(request, encoding === null ? PUSH_BYTES_MAX : PACKED_BYTES_MAX)
  const bytes = packed.ok && encoding !== null ? await unpack(packed.value) : packed
  if (!bytes.ok) return bytes
  const json = parse(bytes.value)
  return json.ok ? ok({ json: json.value, bytes: bytes.value.length }) : json
}

async function readBytes(request: Request, bytesMax: number): Promise<Result<Uint8Array, Refused>> {
  const length = request.headers.get('content-length')
  if (length !== null && Number(length) > bytesMax) return err(tooLarge(bytesMax))
  // If the length is given, the HTTP parser enforces it, and reading at once is much cheaper than by chunks.
  if (length !== null && request.headers.get('transfer-encoding') === null) return readWhole(request)
  return request.body === null ? ok(new Uint8Array()) : readChunks(request.body, bytesMax)
}

async function readWhole(request: Request): Promise<Result<Uint8Array, Refused>> {
  try {
    return ok(new Uint8Array(await request.arrayBuffer()))
  } catch {
    return err(refused('message.incomplete', 'the connection ended inside the body'))
  }
}

async function readChunks(body: ReadableStream<Uint8Array>, bytesMax: number): Promise<Result<Uint8Array, Refused>> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of body) {
      bytes += chunk.length
      if (bytes > bytesMax) return err(tooLarge(bytesMax))
      chunks.push(chunk)
    }
  } catch {
    return err(refused('message.incomplete', 'the connection ended inside the body'))
  }
  return ok(Buffer.concat(chunks))
}

async function unpack(packed: Uint8Array): Promise<Result<Uint8Array, Refused>> {
  const options = { maxOutputLength: PUSH_BYTES_MAX }
  try {
    return ok(packed.length <= UNPACK_HERE_BYTES ? gunzipSync(packed, options) : await unpackElsewhere(packed, options))
  } catch (error) {
    const isBomb = error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    return err(isBomb ? tooLarge(PUSH_BYTES_MAX) : refused('message.malformed', 'the body is not gzip'))
  }
}

const tooLarge = (bytesMax: number): Refused => refused('message.tooLarge', `a body has at most ${bytesMax} bytes`)

export function parse(bytes: Uint8Array): Result<unknown, Refused> {
  if (!isUtf8(bytes)) return err(refused('message.malformed', 'the body is not UTF-8'))
  const parsed = parseMessage(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString())
  return parsed.ok ? parsed : err(refused(parsed.error, parsed.error === 'message.malformed' ? 'the body is not JSON' : undefined))
}
