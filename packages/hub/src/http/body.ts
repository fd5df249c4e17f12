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

/** The body of a request as it came. `read`: how many bytes came, also where they are no body. */
export interface Received {
  readonly bytes: Result<Uint8Array, Refused>
  readonly read: number
  readonly isPacked: boolean
}

export async function receive(request: Request): Promise<Received> {
  const type = request.headers.get('content-type')
  if (type === null || !/^application\/json\s*(;|$)/i.test(type)) return none('a body is application/json')
  const encoding = request.headers.get('content-encoding')?.toLowerCase() ?? null
  if (encoding !== null && encoding !== 'gzip') return none('a body is plain or gzip')
  const isPacked = encoding !== null
  return { ...(await readBytes(request, isPacked ? PACKED_BYTES_MAX : PUSH_BYTES_MAX)), isPacked }
}

/** A body as JSON. `unpacked`: how many bytes it is longer than it came, also where it is none. */
export async function jsonOf({
  bytes,
  read,
  isPacked,
}: Received): Promise<{ readonly json: Result<unknown, Refused>; readonly unpacked: number }> {
  if (!bytes.ok) return { json: bytes, unpacked: 0 }
  if (!isPacked) return { json: parse(bytes.value), unpacked: 0 }
  const plain = await unpack(bytes.value)
  return { json: plain.bytes.ok ? parse(plain.bytes.value) : plain.bytes, unpacked: Math.max(0, plain.read - read) }
}

type Read = Pick<Received, 'bytes' | 'read'>

const none = (detail: string): Received => ({ ...broken(refused('media.unsupported', detail), 0), isPacked: false })
const whole = (bytes: Uint8Array): Read => ({ bytes: ok(bytes), read: bytes.length })
const broken = (refusal: Refused, read: number): Read => ({ bytes: err(refusal), read })

async function readBytes(request: Request, bytesMax: number): Promise<Read> {
  const length = request.headers.get('content-length')
  if (length !== null && Number(length) > bytesMax) return broken(tooLarge(bytesMax), 0)
  // If the length is given, the HTTP parser enforces it, and reading at once is much cheaper than by chunks.
  if (length !== null && request.headers.get('transfer-encoding') === null) return readWhole(request)
  return request.body === null ? whole(new Uint8Array()) : readChunks(request.body, bytesMax)
}

async function readWhole(request: Request): Promise<Read> {
  try {
    return whole(new Uint8Array(await request.arrayBuffer()))
  } catch {
    // How many came is not known.
    return broken(CUT_OFF, 0)
  }
}

async function readChunks(body: ReadableStream<Uint8Array>, bytesMax: number): Promise<Read> {
  const chunks: Uint8Array[] = []
  let read = 0
  try {
    for await (const chunk of body) {
      read += chunk.length
      if (read > bytesMax) return broken(tooLarge(bytesMax), read)
      chunks.push(chunk)
    }
  } catch {
    return broken(CUT_OFF, read)
  }
  return whole(Buffer.concat(chunks))
}

const CUT_OFF = refused('message.incomplete', 'the connection ended inside the body')

async function unpack(packed: Uint8Array): Promise<Read> {
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
