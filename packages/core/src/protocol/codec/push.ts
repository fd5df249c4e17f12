/**
 * Push: changes of one replica in one space, and the hub's verdicts.
 *
 *   PushRequest  [protocol, epoch, replica, space, [schema version, fingerprint], base n, base hash, changes, cursor?, create?, join?]
 *   change       [intent, stamp, records, label?, attempt?, park?, receipt?, schema version?, n?]
 *                  stamp: from the change before; schema version: above the request's; n: how many are missing before it
 *   receipt      [effective stamp, hub stamp, mac, unverified?]         effective stamp: from the change's own
 *   PushAnswer   [epoch, replica, space, hub time, account, head, durable through, verdicts, cursor?]
 */
import { isSecret } from '../../access/invite.ts'
import type { Content, Receipt } from '../../change.ts'
import type { SpaceId } from '../../ids.ts'
import { CURSOR_LENGTH_MAX, EPOCH_LENGTH_MAX, PUSH_CHANGES_MAX } from '../../limits.ts'
import type { Result } from '../../result.ts'
import { PROTOCOL_VERSION, type PushAnswer, type PushedChange, type PushRequest } from '../messages.ts'
import { OperationsReader, OperationsWriter } from './operations.ts'
import { type DecodeError, decoding, isLeftOut, type Reader } from './reader.ts'
import { readVerdicts, writeVerdicts } from './verdict.ts'
import { trimmed, type Tuple, type Wire } from './wire.ts'
import { writeFlag, Writer, writeSchema, writeSpace } from './writer.ts'

// Request

/** A push in its wire form. */
export function encodePushRequest(request: PushRequest): Wire {
  const { epoch, replica, space, schema, base, cursor, create, join } = request
  const head = [PROTOCOL_VERSION, epoch, replica, writeSpace(space), writeSchema(schema), base.n, base.hash]
  return trimmed([...head, writeChanges(request), cursor, writeFlag(create), join ?? null], 8)
}

function writeChanges({ changes, schema, base }: PushRequest): Wire {
  const writer = new Writer()
  const operations = new OperationsWriter(writer)
  let n = base.n
  return changes.map((change) => {
    const missing = change.n - n - 1
    n = change.n
    return writeChange(change, missing, schema.version, writer, operations)
  })
}

function writeChange(change: PushedChange, missing: number, schemaVersion: number, writer: Writer, operations: OperationsWriter): Wire {
  const { content } = change
  const members: Wire[] = [content.intent, writer.stamp(content.stamp), content.operations.map((record) => operations.write(record))]
  const newer = content.schemaVersion - schemaVersion
  if (isPlain(change) && newer === 0 && missing === 0) return members
  const receipt = change.receipt === null ? null : writeReceipt(change.receipt, content, writer)
  members.push(content.label, change.attempt, writeFlag(change.park), receipt, newer, missing)
  return trimmed(members, 3)
}

const isPlain = ({ content, attempt, park, receipt }: PushedChange): boolean =>
  content.label === null && attempt === 0 && !park && receipt === null

function writeReceipt({ effectiveStamp, hubStamp, mac, unverified }: Receipt, { stamp }: Content, writer: Writer): Wire {
  return trimmed([effectiveStamp - stamp, writer.hubStamp(hubStamp, effectiveStamp), mac, writeFlag(unverified ?? false)], 3)
}

/** Reads a push; at most PUSH_CHANGES_MAX changes, each within the limits. */
export const decodePushRequest = (value: unknown): Result<PushRequest, DecodeError> =>
  decoding(value, (reader, tuple) => {
    reader.protocol(tuple)
    const space = reader.space(tuple, 3)
    const schema = reader.schema(tuple, 4)
    const base = { n: reader.integer(tuple, 5, 0), hash: reader.chainHash(tuple, 6) }
    return {
      epoch: reader.optionalText(tuple, 1, EPOCH_LENGTH_MAX),
      replica: reader.ownReplica(tuple, 2),
      space,
      schema,
      base,
      changes: readChanges(reader, tuple, { space, schemaVersion: schema.version, n: base.n }),
      cursor: reader.optionalText(tuple, 8, CURSOR_LENGTH_MAX),
      create: reader.flag(tuple, 9),
      ...readJoin(reader, tuple, 10),
    }
  })

function readJoin(reader: Reader, tuple: Tuple, at: number): Pick<PushRequest, 'join'> {
  const join = reader.optionalText(tuple, at)
  if (join === null) return {}
  return isSecret(join) ? { join } : reader.refuse(at)
}

interface Origin {
  readonly space: SpaceId
  readonly schemaVersion: number
  readonly n: number
}

function readChanges(reader: Reader, tuple: Tuple, origin: Origin): readonly PushedChange[] {
  const operations = new OperationsReader(reader)
  let n = origin.n
  const read = (item: Tuple): PushedChange => {
    n = readN(reader, item, n)
    return readChange(reader, item, n, readContent(reader, item, origin, operations))
  }
  return reader.each(tuple, 7, read, PUSH_CHANGES_MAX)
}

const readChange = (reader: Reader, tuple: Tuple, n: number, content: Content): PushedChange => ({
  n,
  attempt: reader.optionalInteger(tuple, 4, 0),
  park: reader.flag(tuple, 5),
  content,
  receipt: isLeftOut(tuple[6]) ? null : reader.within(tuple, 6, (inner) => readReceipt(reader, inner, content)),
})

function readContent(reader: Reader, tuple: Tuple, { space, schemaVersion }: Origin, operations: OperationsReader): Content {
  return {
    intent: reader.intent(tuple, 0),
    stamp: reader.stamp(tuple, 1),
    space,
    schemaVersion: reader.schemaVersionFrom(schemaVersion, tuple, 7),
    label: reader.optionalText(tuple, 3),
    operations: operations.read(tuple, 2),
  }
}

function readN(reader: Reader, tuple: Tuple, before: number): number {
  const n = before + 1 + reader.optionalInteger(tuple, 8, 0)
  return Number.isSafeInteger(n) ? n : reader.refuse(8)
}

function readReceipt(reader: Reader, tuple: Tuple, { stamp }: Content): Receipt {
  const effectiveStamp = reader.stampFrom(stamp, tuple, 0)
  const receipt = { effectiveStamp, hubStamp: reader.hubStamp(tuple, 1, effectiveStamp), mac: reader.hash128(tuple, 2) }
  return reader.flag(tuple, 3) ? { ...receipt, unverified: true } : receipt
}

// Answer

/** The answer to a push in its wire form. */
export function encodePushAnswer(answer: PushAnswer): Wire {
  const { epoch, replica, space, hubTimeMs, account, head, durableThrough, verdicts, cursor } = answer
  const members = [
    epoch,
    replica,
    writeSpace(space),
    hubTimeMs,
    account,
    head,
    durableThrough,
    writeVerdicts(verdicts, new Writer()),
    cursor,
  ]
  return trimmed(members, 6)
}

/** Reads the answer to a push. */
export const decodePushAnswer = (value: unknown): Result<PushAnswer, DecodeError> =>
  decoding(value, (reader, tuple) => ({
    epoch: reader.text(tuple, 0),
    replica: reader.ownReplica(tuple, 1),
    space: reader.space(tuple, 2),
    hubTimeMs: reader.integer(tuple, 3, 0),
    account: reader.text(tuple, 4),
    head: reader.integer(tuple, 5, 0),
    durableThrough: reader.optionalInteger(tuple, 6, 0),
    verdicts: readVerdicts(reader, tuple, 7),
    cursor: reader.optionalText(tuple, 8),
  }))
