/**
 * Comparing the records of device and hub [Q5]: digests of ranges, and the records of a range that differs.
 *
 *   DigestRequest  [protocol, epoch, replica, space, [schema version, fingerprint], version, from?, to?]
 *   DigestAnswer   [epoch, replica, space, hub time, head, [[from, count, digest], …]?]         no parts: the hub cannot compare
 *   RangeRequest   [protocol, epoch, replica, space, [schema version, fingerprint], version, from, to, bytes, alarm?]
 *   RangeAnswer    [epoch, replica, space, hub time, head, comparable, to?, parts?]             parts: as in a page of records
 */
import { DIGEST_PARTS, type DigestPart } from '../../digest/search.ts'
import type { RecordId } from '../../ids.ts'
import { EPOCH_LENGTH_MAX } from '../../limits.ts'
import type { Result } from '../../result.ts'
import { type DigestAnswer, type DigestRequest, PROTOCOL_VERSION, type RangeAnswer, type RangeRequest } from '../messages.ts'
import { type DecodeError, decoding, isLeftOut, type Reader } from './reader.ts'
import { RecordsReader, RecordsWriter } from './record.ts'
import { uuidOfWireId, wireIdOf } from './wire-id.ts'
import { trimmed, type Tuple, type Wire } from './wire.ts'
import { writeFlag, Writer, writeSchema, writeSpace } from './writer.ts'

// Digests

/** A request for digests in its wire form. */
export const encodeDigestRequest = (request: DigestRequest): Wire => trimmed(writeRequest(request), 6)

/** Reads a request for digests. */
export const decodeDigestRequest = (value: unknown): Result<DigestRequest, DecodeError> => decoding(value, readRequest)

/** The answer with digests in its wire form. */
export const encodeDigestAnswer = ({ epoch, replica, space, hubTimeMs, head, parts }: DigestAnswer): Wire =>
  trimmed([epoch, replica, writeSpace(space), hubTimeMs, head, (parts ?? []).map(writePart)], 5)

/** Reads the answer with digests; at most DIGEST_PARTS parts, in the order of their ids. */
export const decodeDigestAnswer = (value: unknown): Result<DigestAnswer, DecodeError> =>
  decoding(value, (reader, tuple) => {
    const parts = reader.each(tuple, 5, (part) => readPart(reader, part), DIGEST_PARTS)
    const isInOrder = parts.every(({ from }, index) => index === 0 || (from !== null && from > (parts[index - 1]?.from ?? '')))
    if (!isInOrder) return reader.refuse(5)
    return { ...readAnswer(reader, tuple), parts: parts.length === 0 ? null : parts }
  })

const writePart = ({ from, count, digest }: DigestPart): Wire => [writeBound(from), count, digest]

const readPart = (reader: Reader, tuple: Tuple): DigestPart => ({
  from: readBound(reader, tuple, 0),
  count: reader.integer(tuple, 1, 0),
  digest: reader.hash128(tuple, 2),
})

// Records of a range

/** A request for the records of a range in its wire form. */
export const encodeRangeRequest = (request: RangeRequest): Wire =>
  trimmed([...writeRequest(request), request.bytesMax, writeFlag(request.alarm)], 9)

/** Reads a request for the records of a range. */
export const decodeRangeRequest = (value: unknown): Result<RangeRequest, DecodeError> =>
  decoding(value, (reader, tuple) => ({
    ...readRequest(reader, tuple),
    bytesMax: reader.integer(tuple, 8, 0),
    alarm: reader.flag(tuple, 9),
  }))

/** The records of a range in their wire form. */
export function encodeRangeAnswer({ epoch, replica, space, hubTimeMs, head, records, to }: RangeAnswer): Wire {
  const writer = new RecordsWriter(new Writer())
  const parts = (records ?? []).map((part) => writer.write(part))
  return trimmed([epoch, replica, writeSpace(space), hubTimeMs, head, writeFlag(records !== null), writeBound(to), parts], 6)
}

/** Reads the records of a range. */
export const decodeRangeAnswer = (value: unknown): Result<RangeAnswer, DecodeError> =>
  decoding(value, (reader, tuple) => {
    const reading = new RecordsReader(reader.fresh())
    const records = reader.each(tuple, 7, (part) => reading.read(part))
    return { ...readAnswer(reader, tuple), records: reader.flag(tuple, 5) ? records : null, to: readBound(reader, tuple, 6) }
  })

// What they share

function writeRequest({ epoch, replica, space, schema, version, range }: DigestRequest): Wire[] {
  return [PROTOCOL_VERSION, epoch, replica, writeSpace(space), writeSchema(schema), version, writeBound(range.from), writeBound(range.to)]
}

function readRequest(reader: Reader, tuple: Tuple): DigestRequest {
  reader.protocol(tuple)
  return {
    epoch: reader.optionalText(tuple, 1, EPOCH_LENGTH_MAX),
    replica: reader.ownReplica(tuple, 2),
    space: reader.space(tuple, 3),
    schema: reader.schema(tuple, 4),
    version: reader.integer(tuple, 5, 0),
    range: { from: readBound(reader, tuple, 6), to: readBound(reader, tuple, 7) },
  }
}

const readAnswer = (reader: Reader, tuple: Tuple): Omit<DigestAnswer, 'parts'> => ({
  epoch: reader.text(tuple, 0),
  replica: reader.ownReplica(tuple, 1),
  space: reader.space(tuple, 2),
  hubTimeMs: reader.integer(tuple, 3, 0),
  head: reader.integer(tuple, 4, 0),
})

const writeBound = (id: RecordId | null): Wire => (id === null ? null : wireIdOf(id))

const readBound = (reader: Reader, tuple: Tuple, at: number): RecordId | null =>
  isLeftOut(tuple[at]) ? null : ((uuidOfWireId(tuple[at]) ?? reader.refuse(at)) as RecordId)
