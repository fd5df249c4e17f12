/**
 * The log: whole changes, as the hub merged them. They come in chunks that can be read alone, so a hub writes the text of a push once and
 * sends it to every reader.
 *
 *   chunk  [version of the first, author, schema version, entries]
 *   entry  [name, effective stamp, hub stamp, records, label?, own stamp?, unverified?, awaits?, schema version?, author?, version?]
 *            records: null where the reader holds the change · own stamp: from the effective one · schema version: above the chunk's
 *            author: left out, the chunk's · version: how many are missing before it
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

/** Encodes one chunk, of at least one entry, in the order of their versions. */
export function encodeLogChunk(entries: readonly LogEntry[]): Wire {
  const writer = new Writer()
  const operations = new OperationsWriter(writer)
  const version = entries[0]?.version ?? 1
  const common = { author: entries[0]?.by ?? '', schemaVersion: entries[0]?.content?.schemaVersion ?? 1 }
  let before = version - 1
  const written = entries.map((entry) => {
    const missing = entry.version - before - 1
    before = entry.version
    return writeEntry(entry, missing, common, writer, operations)
  })
  return [version, common.author, common.schemaVersion, written]
}

/** Members that most entries of a chunk share. */
interface Common {
  readonly author: string
  readonly schemaVersion: number
}

function writeEntry(entry: LogEntry, missing: number, common: Common, writer: Writer, operations: OperationsWriter): Wire {
  const { content, effectiveStamp, hubStamp, unverified, awaits, by } = entry
  const members: Wire[] = [writer.name(entry.name), writer.stamp(effectiveStamp), writer.hubStamp(hubStamp, effectiveStamp)]
  if (content === null) members.push(null, null, 0)
  else
    members.push(
      content.operations.map((record) => operations.write(record)),
      content.label,
      content.stamp - effectiveStamp,
    )
  const newer = content === null ? 0 : content.schemaVersion - common.schemaVersion
  members.push(writeFlag(unverified), writer.names(awaits), newer, by === common.author ? null : by, missing)
  return trimmed(members, 4)
}

// Reading

/** Reads a chunk of a log page: log entries of one space, in the order of their versions. */
export const decodeLogChunk = (value: unknown, space: SpaceId): Result<readonly LogEntry[], DecodeError> =>
  decoding(value, (reader, tuple) => readLogChunk(reader, tuple, space))

/** Reads a chunk with a fresh reader: chunks share no lists. */
export function readLogChunk(outer: Reader, tuple: Tuple, space: SpaceId): readonly LogEntry[] {
  const reader = outer.fresh()
  const operations = new OperationsReader(reader)
  const place = { space, author: reader.text(tuple, 1), schemaVersion: reader.integer(tuple, 2, 1) }
  let version = reader.integer(tuple, 0, 1) - 1
  return reader.each(tuple, 3, (item) => {
    version = readVersion(reader, item, version)
    return readEntry(reader, item, version, place, operations)
  })
}

interface Place extends Common {
  readonly space: SpaceId
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
    by: reader.optionalText(tuple, 9) ?? place.author,
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
