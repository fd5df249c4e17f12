/**
 * Hello asks for the account and its readable spaces. A long poll waits until the head of one of them moves.
 *
 *   HelloRequest   [protocol, replica, [schema version, fingerprint]]
 *   HelloAnswer    [epoch, hub time, account, [schema version, fingerprint], [[space, head, durable through?, role?], …]]
 *                  role: 0 owner, 1 editor, 2 contributor, 3 reader, 4 none any more
 *   PollRequest    [protocol, replica, [[space, head], …], wait]
 *   PollAnswer     [epoch, replica, hub time, [[space, head], …]]
 */
import type { Standing } from '../../access/role.ts'
import { POLL_SPACES_MAX } from '../../limits.ts'
import type { Result } from '../../result.ts'
import {
  type HelloAnswer,
  type HelloRequest,
  type PollAnswer,
  type PollRequest,
  PROTOCOL_VERSION,
  type SpaceStanding,
} from '../messages.ts'
import { type DecodeError, decoding, type Reader } from './reader.ts'
import { trimmed, type Tuple, type Wire } from './wire.ts'
import { writeHeads, writeSchema, writeSpace } from './writer.ts'

/** A hello in its wire form. */
export const encodeHelloRequest = ({ replica, schema }: HelloRequest): Wire => [PROTOCOL_VERSION, replica, writeSchema(schema)]

/** Reads a hello, which may come from anyone. */
export const decodeHelloRequest = (value: unknown): Result<HelloRequest, DecodeError> =>
  decoding(value, (reader, tuple) => {
    reader.protocol(tuple)
    return { replica: reader.ownReplica(tuple, 1), schema: reader.schema(tuple, 2) }
  })

/** The answer to a hello in its wire form. */
export const encodeHelloAnswer = ({ epoch, hubTimeMs, account, schema, spaces }: HelloAnswer): Wire =>
  trimmed([epoch, hubTimeMs, account, writeSchema(schema), spaces.map(writeStanding)], 4)

const writeStanding = ({ space, head, durableThrough, role }: SpaceStanding): Wire =>
  trimmed([writeSpace(space), head, durableThrough, ROLES.indexOf(role)], 2)

const ROLES: readonly Standing[] = ['owner', 'editor', 'contributor', 'reader', 'none']

/** Reads the answer to a hello. */
export const decodeHelloAnswer = (value: unknown): Result<HelloAnswer, DecodeError> =>
  decoding(value, (reader, tuple) => ({
    epoch: reader.text(tuple, 0),
    hubTimeMs: reader.integer(tuple, 1, 0),
    account: reader.text(tuple, 2),
    schema: reader.schema(tuple, 3),
    spaces: reader.each(tuple, 4, (item) => readStanding(reader, item)),
  }))

const readStanding = (reader: Reader, tuple: Tuple): SpaceStanding => ({
  space: reader.space(tuple, 0),
  head: reader.integer(tuple, 1, 0),
  durableThrough: reader.optionalInteger(tuple, 2, 0),
  role: ROLES[reader.optionalInteger(tuple, 3, 0)] ?? reader.refuse(3),
})

/** A long poll in its wire form. */
export const encodePollRequest = ({ replica, heads, waitMs }: PollRequest): Wire => [PROTOCOL_VERSION, replica, writeHeads(heads), waitMs]

/** Reads a long poll; at most POLL_SPACES_MAX spaces. */
export const decodePollRequest = (value: unknown): Result<PollRequest, DecodeError> =>
  decoding(value, (reader, tuple) => {
    reader.protocol(tuple)
    return {
      replica: reader.ownReplica(tuple, 1),
      heads: reader.heads(tuple, 2, POLL_SPACES_MAX),
      waitMs: reader.optionalInteger(tuple, 3, 0),
    }
  })

/** The answer to a long poll in its wire form. */
export const encodePollAnswer = ({ epoch, replica, hubTimeMs, heads }: PollAnswer): Wire =>
  trimmed([epoch, replica, hubTimeMs, writeHeads(heads)], 3)

/** Reads the answer to a long poll. */
export const decodePollAnswer = (value: unknown): Result<PollAnswer, DecodeError> =>
  decoding(value, (reader, tuple) => ({
    epoch: reader.text(tuple, 0),
    replica: reader.ownReplica(tuple, 1),
    hubTimeMs: reader.integer(tuple, 2, 0),
    heads: reader.heads(tuple, 3),
  }))
