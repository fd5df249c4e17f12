/**
 * A sealed content from outside of this replica's own database: from a file that a person brings back. It is the canonical text itself, the
 * bytes that its hash is over, and no wire form: so a text that is written differently is refused.
 */
import { type ConflictId, type Content, contentText, type FieldOperation, type RecordOperations } from '../../change.ts'
import { isRecordId, isSpaceId } from '../../ids.ts'
import type { Result } from '../../result.ts'
import { readIdentifier } from './identifier.ts'
import { type DecodeError, decoding, isLeftOut, type Reader } from './reader.ts'
import { readValue } from './value.ts'
import type { Tuple } from './wire.ts'

/** Reads the canonical text of a content; refuses any other text. */
export const decodeContent = (text: string): Result<Content, DecodeError> =>
  decoding(jsonOf(text), (reader, tuple) => {
    const content = readContent(reader, tuple)
    return contentText(content) === text ? content : reader.refuse(null)
  })

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function readContent(reader: Reader, tuple: Tuple): Content {
  const space = tuple[2]
  return {
    intent: reader.intent(tuple, 0),
    stamp: reader.stampFrom(0, tuple, 1),
    space: isSpaceId(space) ? space : reader.refuse(2),
    schemaVersion: reader.integer(tuple, 3, 1),
    label: reader.optionalText(tuple, 4),
    operations: reader.each(tuple, 5, (record) => readRecord(reader, record)),
  }
}

function readRecord(reader: Reader, tuple: Tuple): RecordOperations {
  const record = tuple[1]
  return {
    collection: readIdentifier(reader, tuple, 0),
    record: isRecordId(record) ? record : reader.refuse(1),
    life: reader.flag(tuple, 2) ? 'deleted' : 'alive',
    lifeOver: reader.names(tuple, 3),
    fields: reader.each(tuple, 4, (operation) => readOperation(reader, operation)),
  }
}

function readOperation(reader: Reader, tuple: Tuple): FieldOperation {
  const field = readIdentifier(reader, tuple, 0)
  switch (tuple[1]) {
    case 0: {
      const set = { kind: 'set', field, value: readValue(reader, tuple, 2), over: reader.names(tuple, 3) } as const
      return isLeftOut(tuple[4]) ? set : { ...set, resolves: reader.hash128(tuple, 4) as ConflictId }
    }
    case 1:
      return { kind: 'addTo', field, element: readValue(reader, tuple, 2), over: reader.names(tuple, 3) }
    case 2:
      return { kind: 'removeFrom', field, element: readValue(reader, tuple, 2), over: reader.names(tuple, 3) }
    case 3:
      return { kind: 'increment', field, by: reader.integer(tuple, 2, Number.MIN_SAFE_INTEGER) }
    case 4:
      return { kind: 'edit', field, update: reader.text(tuple, 2), of: reader.name(tuple, 3) }
    default:
      return reader.refuse(1)
  }
}
