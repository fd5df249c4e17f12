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

const UNSAID_BYTES = 1024 * 1024

const unpackElsewhere = promisify(gunzip)

/** A body, and how many bytes were read and unpacked for it, also where it was none. */
export interface Body {
  readonly json: Result<unknown, Refused>
  readonly bytes: number
}

/** Bytes as they came, and how many that were, also where not all did. */
interface Bytes {
  readonly all: Result<Uint8Array, Refused>
  readonly bytes: number
}

/** The bytes of a body that are taken to come, until it is there: what most stay below, where their number is not said. */
export function bytesAhead({ headers }: Pick<Request, 'headers'>): number {
  const length = headers.get('content-length') ?? ''
  return /^\d+$/.test(length) ? Math.min(Number(length), PUSH_BYTES_MAX) : UNSAID_BYTES
}

export async function readBody(request: Request): Promise<Body> {
  const type = request.headers.get('content-type')
  if (type === null || !/^application\/json\s*(;|$)/i.test(type)) return none(refused('media.unsupported', 'a body is application/json'))
  const encoding = request.headers.get('content-encoding')?.toLowerCase() ?? null
  if (encoding !== null && encoding !== 'gzip') return none(refused('media.unsupported', 'a body is plain or gzip'))
  const packed = await readBytes(request, encoding === null ? PUSH_BYTES_MAX : PACKED_BYTES_MAX)
  const { all, bytes } = packed.all.ok && encoding !== null ? await unpack(packed.all.value) : packed
  return { json: all.ok ? parse(all.value) : all, bytes }
}

const none = (refusal: Refused): Body => ({ json: err(refusal), bytes: 0 })
const whole = (all: Uint8Array): Bytes => ({ all: ok(all), bytes: all.length })
const broken = (refusal: Refused, bytes: number): Bytes => ({ all: err(refusal), bytes })

async function readBytes(request: Request, bytesMax: number): Promise<Bytes> {
  const length = request.headers.get('content-length')
  if (length !== null && Number(length) > bytesMax) return broken(tooLarge(bytesMax), 0)
  // If the length is given, the HTTP parser enforces it, and reading at once is much cheaper than by chunks.
  if (length !== null && request.headers.get('transfer-encoding') === null) return readWhole(request)
  return request.body === null ? whole(new Uint8Array()) : readChunks(request.body, bytesMax)
}

async function readWhole(request: Request): Promise<Bytes> {
  try {
    return whole(new Uint8Array(await request.arrayBuffer()))
  } catch {
    return broken(CUT_OFF, bytesAhead(request))
  }
}

async function readChunks(body: ReadableStream<Uint8Array>, bytesMax: number): Promise<Bytes> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of body) {
      bytes += chunk.length
      if (bytes > bytesMax) return broken(tooLarge(bytesMax), bytes)
      chunks.push(chunk)
    }
  } catch {
    return broken(CUT_OFF, bytes)
  }
  return whole(Buffer.concat(chunks))
}

const CUT_OFF = refused('message.incomplete', 'the connection ended inside the body')

async function unpack(packed: Uint8Array): Promise<Bytes> {
  const options = { maxOutputLength: PUSH_BYTES_MAX }
  try {
    return whole(packed.length <= UNPACK_HERE_BYTES ? gunzipSync(packed, options) : await unpackElsewhere(packed, options))
  } catch (error) {
    const isBomb = error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    if (isBomb) return broken(tooLarge(PUSH_BYTES_MAX), PUSH_BYTES_MAX)
    return broken(refused('message.malformed', 'the body is not gzip'), packed.length)
  }
}

const tooLarge = (bytesMax: number): Refused => refused('message.tooLarge', `a body has at most ${bytesMax} bytes`)

export function parse(bytes: Uint8Array): Result<unknown, Refused> {
  if (!isUtf8(bytes)) return err(refused('message.malformed', 'the body is not UTF-8'))
  const parsed = parseMessage(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString())
  return parsed.ok ? parsed : err(refused(parsed.error, parsed.error === 'message.malformed' ? 'the body is not JSON' : undefined))
}
