/**
 * Compares the records of a space with a device's [Q5]: digests of ranges for its search, and the records of the ranges that differ.
 *
 * Records are digested in slices, and other work goes on in between. A space that moves meanwhile is not compared: the device asks again
 * when it has read what is new. Nothing is taken from the device: what the hub has lost, its author's devices send again as changes.
 */
import {
  type DigestPart,
  type DigestRequest,
  type Hash,
  type ProblemCode,
  type RangeRequest,
  type RecordId,
  type RecordPart,
} from '@tombolo/core'
import { checkSchema } from '../ingest/check.ts'
import type { IngestContext } from '../ingest/context.ts'
import { type Refused, refused } from '../problem.ts'
import { mayRead } from '../readers.ts'
import type { RangeRead, RangeSlice, Storage } from '../storage.ts'
import { Parts } from './parts.ts'

export interface CompareContext extends Pick<IngestContext, 'epoch' | 'schema'> {
  readonly storage: Storage
  readonly hash: Hash
  /** Lets other work go first. */
  readonly pause: () => Promise<void>
}

export type Compared<Answer> =
  | {
      readonly type: 'answer'
      readonly head: number
      readonly answer: Answer
      /** How many records were digested. */
      readonly rows?: number
    }
  | { readonly type: 'refused'; readonly problem: Refused }

/** A few milliseconds of digesting. */
const SLICE_ROWS = 128
const SLICE_BYTES = 256 * 1024

/** The digests of the parts of a range; null if they cannot be compared with the device's. */
export async function digestsOf(
  account: string,
  request: DigestRequest,
  context: CompareContext,
): Promise<Compared<readonly DigestPart[] | null>> {
  const { space, range } = request
  const rows = await context.storage.countRange(space, range)
  const parts = new Parts(context.hash, range.from, rows)
  for (let { from } = range; ;) {
    const limits = { range: { from, to: range.to }, rowsMax: SLICE_ROWS, bytesMax: SLICE_BYTES }
    const slice = await read(account, request, limits, context)
    if (slice.type !== 'answer') return slice
    if (slice.answer === null) return { ...slice, answer: null }
    for (const row of slice.answer.records) if (Object.hasOwn(context.schema.collections, row.collection)) parts.add(row)
    from = slice.answer.next
    if (from === null) return { ...slice, answer: parts.all, rows }
    await context.pause()
  }
}

/** The records of a range, up to `to`. */
export interface RangeRecords {
  readonly records: readonly RecordPart[]
  readonly to: RecordId | null
}

/** The records of a range, as many as fit in a page; null if they cannot be compared with the device's. */
export async function recordsOf(
  account: string,
  request: RangeRequest,
  bytesMax: number,
  context: CompareContext,
): Promise<Compared<RangeRecords | null>> {
  const { range } = request
  const limits = { range, rowsMax: Number.MAX_SAFE_INTEGER, bytesMax: Math.min(request.bytesMax, bytesMax) }
  const slice = await read(account, request, limits, context)
  if (slice.type !== 'answer') return slice
  if (slice.answer === null) return { ...slice, answer: null }
  const records = slice.answer.records.map(({ collection, id, state }) => ({ collection, id, record: state }))
  return { ...slice, answer: { records, to: slice.answer.next ?? range.to } }
}

/** Reads a part of the space as the device has it; null if the space is at another version by now, or has a newer schema. */
async function read(
  account: string,
  { epoch, schema, space, version }: DigestRequest,
  limits: Omit<RangeRead, 'space' | 'account'>,
  { storage, ...context }: CompareContext,
): Promise<Compared<RangeSlice | null>> {
  if (epoch !== null && epoch !== context.epoch) return refuse('epoch')
  const refusal = checkSchema(schema, context.schema)
  if (refusal !== null) return { type: 'refused', problem: refusal }
  const slice = await storage.readRange({ space, account, ...limits })
  if (slice === null || slice.standing === null) return refuse('space.unknown')
  if (!mayRead(slice.standing)) return refuse('access.revoked')
  const { head } = slice.space
  const isComparable = head === version && schema.version === context.schema.version
  return { type: 'answer', head, answer: isComparable ? slice : null }
}

const refuse = (code: ProblemCode): Compared<never> => ({ type: 'refused', problem: refused(code) })
