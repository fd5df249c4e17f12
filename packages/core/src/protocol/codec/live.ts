/**
 * Frames of the live socket: the same requests and answers as over HTTP, and messages that the hub sends unasked. Bodies are passed on
 * unread; the codec of their kind reads them.
 *
 *   request  [0, id, path, body]      answer  [1, id, status, body]      head  [2, space, head]      delta  [3, page]
 */
import { REQUEST_ID_LENGTH_MAX } from '../../limits.ts'
import type { Result } from '../../result.ts'
import type { LiveFrame } from '../messages.ts'
import { type DecodeError, decoding, type Reader } from './reader.ts'
import type { Tuple, Wire } from './wire.ts'
import { writeSpace } from './writer.ts'

const PATHS = ['hello', 'push', 'pull', 'digest', 'range'] as const

/** Encodes a frame. Bodies and pages are in wire form already, from `encodePushRequest` and the others. */
export function encodeLiveFrame(frame: LiveFrame): Wire {
  switch (frame.type) {
    case 'request':
      return [0, frame.id, frame.path, frame.body as Wire]
    case 'answer':
      return [1, frame.id, frame.status, frame.body as Wire]
    case 'head':
      return [2, writeSpace(frame.space), frame.head]
    case 'delta':
      return [3, frame.page as Wire]
  }
}

/** Reads a frame of a live socket; bodies and pages in it are left for their own decoders. */
export const decodeLiveFrame = (value: unknown): Result<LiveFrame, DecodeError> => decoding(value, readFrame)

function readFrame(reader: Reader, tuple: Tuple): LiveFrame {
  switch (tuple[0]) {
    case 0:
      return { type: 'request', id: readId(reader, tuple), path: readPath(reader, tuple), body: tuple[3] ?? null }
    case 1:
      return { type: 'answer', id: readId(reader, tuple), status: reader.integer(tuple, 2, 100), body: tuple[3] ?? null }
    case 2:
      return { type: 'head', space: reader.space(tuple, 1), head: reader.integer(tuple, 2, 0) }
    case 3:
      return { type: 'delta', page: tuple[1] ?? null }
    default:
      return reader.refuse(0)
  }
}

const readId = (reader: Reader, tuple: Tuple): string => reader.text(tuple, 1, REQUEST_ID_LENGTH_MAX)

const readPath = (reader: Reader, tuple: Tuple): (typeof PATHS)[number] => PATHS.find((path) => path === tuple[2]) ?? reader.refuse(2)
