/**
 * The log: whole changes, as the hub merged them. They come in chunks, each of which stands alone, so that a hub writes the text of a
 * push once and sends it to every reader.
 *
 *   chunk  [version of the first, author, schema version, entries]
 *   entry  [name, effective stamp, hub stamp, records, label?, own stamp?, unverified?, awaits?, schema version?, author?, version?]
 *            records: null where the reader holds the change · own stamp: from the effective one · schema version: above the chunk's
 *            author: 0 is the chunk's · version: how many are missing before it
 */
import type { Content } from '../../change.ts'
import { type Intent, intentOfName, type SpaceId } from '../../ids.ts'
import type { Result } from '../../result.ts'
import type { Stamp } from '../../stamp.ts'
import type { LogEntry } from '../messages.ts'
import { OperationsReader, OperationsWriter } from './operations.ts'
import { type DecodeError, decoding, isLeftOut, type Reader } from './reader.ts'
import { trimmed, type Tuple, type Wire } from './wire.ts'
import { writeFlag, Writer } from './writer.ts'

// Writing

/** One chunk; the entries are in the order of their versions, and at least one. */
export function encodeLogChunk(entries: readonly LogEntry[]): Wire {
  const writer = new Writer()
  const operations = new OperationsWriter(writer)
  const version = entries[0]?.version ?? 0
  const schemaVersion = entries.find(({ content }) => content !== null)?.content?.schemaVersion ?? 1
  const author = writer.author(entries[0]?.by ?? '')
  let before = version - 1
  const written = entries.map((entry) => {
    const missing = entry.version - before - 1
    before = entry.version
    return writeEntry(entry, missing, schemaVersion, writer, operations)
  })
  return [version, author, schemaVersion, written]
}

function writeEntry(entry: LogEntry, missing: number, schemaVersion: number, writer: Writer, operations: OperationsWriter): Wire {
  const { content, effectiveStamp } = entry
  const times = [writer.stamp(effectiveStamp), writer.hubStamp(entry.hubStamp, effectiveStamp)]
  const name = writer.name(entry.name)
  const records = content === null ? null : content.operations.map((record) => operations.write(record))
  const own = content === null ? 0 : content.stamp - effectiveStamp
  const newer = content === null ? 0 : content.schemaVersion - schemaVersion
  const members = [name, ...times, records, content?.label ?? null, own, writeFlag(entry.unverified), writer.names(entry.awaits), newer]
  return trimmed([...members, writer.author(entry.by), missing], 4)
}

// Reading

export const decodeLogChunk = (value: unknown, space: SpaceId): Result<readonly LogEntry[], DecodeError> =>
  decoding(value, (reader, tuple) => readLogChunk(reader, tuple, space))

/** What is said in one chunk is not known in the next. */
export function readLogChunk(outer: Reader, tuple: Tuple, space: SpaceId): readonly LogEntry[] {
  const reader = outer.fresh()
  const operations = new OperationsReader(reader)
  const place = { space, author: reader.author(tuple, 1), schemaVersion: reader.integer(tuple, 2, 1) }
  let version = reader.integer(tuple, 0, 1) - 1
  return reader.each(tuple, 3, (item) => {
    version = readVersion(reader, item, version)
    return readEntry(reader, item, version, place, operations)
  })
}

interface Place {
  readonly space: SpaceId
  readonly author: string
  readonly schemaVersion: number
}

function readVersion(reader: Reader, tuple: Tuple, before: number): number {
  const version = before + 1 + reader.optionalInteger(tuple, 10, 0)
  return Number.isSafeInteger(version) ? version : reader.refuse(10)
}

function readEntry(reader: Reader, tuple: Tuple, version: number, place: Place, operations: OperationsReader): LogEntry {
  const name = reader.name(tuple, 0)
  const effectiveStamp = reader.stamp(tuple, 1)
  const hubStamp = reader.hubStamp(tuple, 2, effectiveStamp)
  return {
    version,
    name,
    effectiveStamp,
    hubStamp,
    content: isLeftOut(tuple[3]) ? null : readContent(reader, tuple, intentOfName(name), effectiveStamp, place, operations),
    unverified: reader.flag(tuple, 6),
    awaits: reader.names(tuple, 7),
    by: isLeftOut(tuple[9]) ? place.author : reader.author(tuple, 9),
  }
}

function readContent(
  reader: Reader,
  tuple: Tuple,
  intent: Intent,
  effectiveStamp: Stamp,
  { space, schemaVersion }: Place,
  operations: OperationsReader,
): Content {
  return {
    intent,
    stamp: reader.stampFrom(effectiveStamp, tuple, 5),
    space,
    schemaVersion: reader.schemaVersionFrom(schemaVersion, tuple, 8),
    label: reader.optionalText(tuple, 4),
    operations: operations.read(tuple, 3),
  }
}
