/** Compresses answers with gzip at its fastest level: pages of records shrink to a tenth, and on a poor line bytes are all that counts. */
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'

/** Shorter answers fit in one packet anyway and are not compressed. */
const PLAIN_CHARACTERS_MAX = 1024

const packElsewhere = promisify(gzip) as (text: string, options: { readonly level: number }) => Promise<Buffer>

export async function pack(text: string, headers: Record<string, string>): Promise<Response> {
  if (text.length <= PLAIN_CHARACTERS_MAX) return new Response(text, { headers })
  const packed = await packElsewhere(text, { level: constants.Z_BEST_SPEED })
  return new Response(new Uint8Array(packed), { headers: { ...headers, 'content-encoding': 'gzip', vary: 'accept-encoding' } })
}
