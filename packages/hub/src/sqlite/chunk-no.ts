/** The number of a chunk: its space in the upper 32 bits, the version of its last change in the lower. */
const VERSION_BITS = 32n

export const chunkNo = (space: number, last: number): bigint => (BigInt(space) << VERSION_BITS) | BigInt(last)

/** A number greater than that of every chunk of a space. */
export const endOfChunks = (space: number): bigint => chunkNo(space + 1, 0)

/** The version of a chunk's last change, in SQL. */
export const LAST = 'no & 4294967295'
