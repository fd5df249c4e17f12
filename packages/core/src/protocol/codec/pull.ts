/**
 * Pull: what changed in one space since a cursor.
 *
 *   PullRequest  [protocol, epoch, replica, space, [schema version, fingerprint], cursor, bytes, waiting?, records only?]
 *   Page         [epoch, replica, space, hub time, head, durable through, from, cursor, more, verdicts, 0, chunks, horizon?]
 *                [epoch, replica, space, hub time, head, durable through, from, cursor, more, verdicts, 1, parts, whole?,
 *                 newer schema?, sent through?, horizon?]
 */
import type { SpaceId } from '../../ids.ts'
import { CURSOR_LENGTH_MAX, EPOCH_LENGTH_MAX, PULL_WAITING_MAX } from '../../limits.ts'
import type { Result } from '../../result.ts'
import { type LogEntry, type Page, type PageBody, PROTOCOL_VERSION, type PullRequest } from '../messages.ts'
import { encodeLogChunk, readLogChunk } from './log.ts'
import { type DecodeError, decoding, type Reader } from './reader.ts'
import { RecordsReader, RecordsWriter } from './record.ts'
import { readVerdicts, writeVerdicts } from './verdict.ts'
import { trimmed, type Tuple, type Wire } from './wire.ts'
import { writeFlag, Writer, writeSchema, writeSpace } from './writer.ts'

// Request

/** A pull in its wire form. */
export function encodePullRequest({ epoch, replica, space, schema, cursor, bytesMax, waiting, accept }: PullRequest): Wire {
  const recordsOnly = writeFlag(accept === 'records')
  return trimmed([PROTOCOL_VERSION, epoch, replica, writeSpace(space), writeSchema(schema), cursor, bytesMax, waiting, recordsOnly], 7)
}

/** Reads a pull; at most PULL_WAITING_MAX intents. */
export const decodePullRequest = (value: unknown): Result<PullRequest, DecodeError> =>
  decoding(value, (reader, tuple) => {
    reader.protocol(tuple)
    return {
      epoch: reader.optionalText(tuple, 1, EPOCH_LENGTH_MAX),
      replica: reader.ownReplica(tuple, 2),
      space: reader.space(tuple, 3),
      schema: reader.schema(tuple, 4),
      cursor: reader.optionalText(tuple, 5, CURSOR_LENGTH_MAX),
      bytesMax: reader.integer(tuple, 6, 0),
      waiting: reader.intents(tuple, 7, PULL_WAITING_MAX),
      ...(reader.flag(tuple, 8) ? { accept: 'records' } : {}),
    }
  })

// Page

/** A page in its wire form. */
export function encodePage(page: Page): Wire {
  const { body, horizon = 0 } = page
  const head = writeHead(page)
  if (body.type === 'log') return trimmed([...head, 0, body.entries.length === 0 ? [] : [encodeLogChunk(body.entries)], horizon], 12)
  const writer = new RecordsWriter(new Writer())
  const parts = body.records.map((part) => writer.write(part))
  return trimmed([...head, 1, parts, writeFlag(body.whole), body.newerSchema ?? 0, body.sentThrough, horizon], 12)
}

/** Writes a log page from the texts of its chunks, without parsing them. */
export function logPageText(page: Omit<Page, 'body'>, chunkTexts: readonly string[]): string {
  const head = JSON.stringify([...writeHead(page), 0])
  const { horizon = 0 } = page
  return `${head.slice(0, -1)},[${chunkTexts.join(',')}]${horizon === 0 ? '' : `,${horizon}`}]`
}

function writeHead(page: Omit<Page, 'body'>): readonly Wire[] {
  const { epoch, replica, space, hubTimeMs, head, durableThrough, from, cursor, more, verdicts } = page
  const place = [epoch, replica, writeSpace(space), hubTimeMs, head, durableThrough, from, cursor, writeFlag(more)]
  return [...place, writeVerdicts(verdicts, new Writer())]
}

/** Reads a page: the whole page is valid, or the error says which member is not. */
export const decodePage = (value: unknown): Result<Page, DecodeError> =>
  decoding(value, (reader, tuple) => {
    const space = reader.space(tuple, 2)
    const horizon = reader.optionalInteger(tuple, tuple[10] === 0 ? 12 : 15, 0)
    return {
      epoch: reader.text(tuple, 0),
      replica: reader.ownReplica(tuple, 1),
      space,
      hubTimeMs: reader.integer(tuple, 3, 0),
      head: reader.integer(tuple, 4, 0),
      durableThrough: reader.integer(tuple, 5, 0),
      from: reader.optionalText(tuple, 6),
      cursor: reader.text(tuple, 7),
      more: reader.flag(tuple, 8),
      verdicts: readVerdicts(reader, tuple, 9),
      body: readBody(reader.fresh(), tuple, space),
      ...(horizon === 0 ? {} : { horizon }),
    }
  })

function readBody(reader: Reader, tuple: Tuple, space: SpaceId): PageBody {
  switch (tuple[10]) {
    case 0:
      return { type: 'log', entries: readChunks(reader, tuple, space) }
    case 1: {
      const reading = new RecordsReader(reader)
      const records = reader.each(tuple, 11, (item) => reading.read(item))
      const newerSchema = reader.optionalInteger(tuple, 13, 0)
      const sentThrough = reader.optionalInteger(tuple, 14, 0)
      return { type: 'records', records, whole: reader.flag(tuple, 12), ...(newerSchema === 0 ? {} : { newerSchema }), sentThrough }
    }
    default:
      return reader.refuse(10)
  }
}

/** A chunk that comes twice would be merged twice, so each begins behind the one before. */
function readChunks(reader: Reader, tuple: Tuple, space: SpaceId): readonly LogEntry[] {
  let through = 0
  const chunks = reader.each(tuple, 11, (chunk) => {
    const entries = readLogChunk(reader, chunk, space)
    if ((entries[0]?.version ?? Infinity) <= through) return reader.refuse(0)
    through = entries.at(-1)?.version ?? through
    return entries
  })
  return chunks.flat()
}
