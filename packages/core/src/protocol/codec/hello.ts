/**
 * Hello: who am I to you, which spaces may I read. And the long poll, which waits until one of their heads moves.
 *
 *   HelloRequest   [protocol, replica, [schema version, fingerprint]]
 *   HelloAnswer    [epoch, hub time, account, [schema version, fingerprint], [[space, head], …]]
 *   PollRequest    [protocol, replica, [[space, head], …], wait]
 *   PollAnswer     [epoch, replica, hub time, [[space, head], …]]
 */
import { POLL_SPACES_MAX } from '../../limits.ts'
import type { Result } from '../../result.ts'
import { type HelloAnswer, type HelloRequest, type PollAnswer, type PollRequest, PROTOCOL_VERSION } from '../messages.ts'
import { type DecodeError, decoding } from './reader.ts'
import { trimmed, type Wire } from './wire.ts'
import { writeHeads, writeSchema } from './writer.ts'

export const encodeHelloRequest = ({ replica, schema }: HelloRequest): Wire => [PROTOCOL_VERSION, replica, writeSchema(schema)]

export const decodeHelloRequest = (value: unknown): Result<HelloRequest, DecodeError> =>
  decoding(value, (reader, tuple) => {
    reader.protocol(tuple)
    return { replica: reader.ownReplica(tuple, 1), schema: reader.schema(tuple, 2) }
  })

export const encodeHelloAnswer = ({ epoch, hubTimeMs, account, schema, spaces }: HelloAnswer): Wire =>
  trimmed([epoch, hubTimeMs, account, writeSchema(schema), writeHeads(spaces)], 4)

export const decodeHelloAnswer = (value: unknown): Result<HelloAnswer, DecodeError> =>
  decoding(value, (reader, tuple) => ({
    epoch: reader.text(tuple, 0),
    hubTimeMs: reader.integer(tuple, 1, 0),
    account: reader.text(tuple, 2),
    schema: reader.schema(tuple, 3),
    spaces: reader.heads(tuple, 4),
  }))

export const encodePollRequest = ({ replica, heads, waitMs }: PollRequest): Wire => [PROTOCOL_VERSION, replica, writeHeads(heads), waitMs]

export const decodePollRequest = (value: unknown): Result<PollRequest, DecodeError> =>
  decoding(value, (reader, tuple) => {
    reader.protocol(tuple)
    return {
      replica: reader.ownReplica(tuple, 1),
      heads: reader.heads(tuple, 2, POLL_SPACES_MAX),
      waitMs: reader.optionalInteger(tuple, 3, 0),
    }
  })

export const encodePollAnswer = ({ epoch, replica, hubTimeMs, heads }: PollAnswer): Wire =>
  trimmed([epoch, replica, hubTimeMs, writeHeads(heads)], 3)

export const decodePollAnswer = (value: unknown): Result<PollAnswer, DecodeError> =>
  decoding(value, (reader, tuple) => ({
    epoch: reader.text(tuple, 0),
    replica: reader.ownReplica(tuple, 1),
    hubTimeMs: reader.integer(tuple, 2, 0),
    heads: reader.heads(tuple, 3),
  }))
