/**
 * Parses the text of a message. Nesting is counted before parsing, because a text of brackets becomes fifty times its size in memory,
 * which is no matter who sent it: a hostile client, or a proxy in place of the hub.
 */
import { MESSAGE_DEPTH_MAX } from '../limits.ts'
import { err, ok, type Result } from '../result.ts'

/** Up to this length nesting is not counted here: it costs little memory, and the codec finds it. */
const SHALLOW_LENGTH = 1024 * 1024

/**
 * The JSON value of a message's text, or why there is none.
 * @example parseMessage('[1,2]') // { ok: true, value: [1, 2] }
 */
export function parseMessage(text: string): Result<unknown, 'message.malformed' | 'message.tooDeep'> {
  if (text.length > SHALLOW_LENGTH && isDeeperThan(text, MESSAGE_DEPTH_MAX)) return err('message.tooDeep')
  try {
    return ok(JSON.parse(text) as unknown)
  } catch {
    return err('message.malformed')
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** Counts brackets outside of strings. Malformed JSON is left to the parser. */
function isDeeperThan(text: string, depthMax: number): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at + 1)
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      if (++depth > depthMax) return true
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--
  }
  return false
}

function endOfString(text: string, start: number): number {
  let at = start
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1
  return at
}
