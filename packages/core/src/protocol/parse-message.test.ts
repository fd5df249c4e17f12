import { describe, expect, test } from 'vitest'
import { MESSAGE_DEPTH_MAX } from '../limits.ts'
import { parseMessage } from './parse-message.ts'

const MIB = 1024 * 1024
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

describe('[P4] the text of a message', () => {
  test.each([
    ['is parsed', '{"a":[1,"]"]}', { ok: true, value: { a: [1, ']'] } }],
    ['that is cut is malformed', '[1,2', { ok: false, error: 'message.malformed' }],
    ['that is empty is malformed', '', { ok: false, error: 'message.malformed' }],
    ['that is long and deep is not parsed at all', nested(MIB), { ok: false, error: 'message.tooDeep' }],
    ['that is long and deep by objects, too', '{"a":'.repeat(MIB) + '1' + '}'.repeat(MIB), { ok: false, error: 'message.tooDeep' }],
  ])('%s', (_name, text, result) => {
    expect(parseMessage(text)).toEqual(result)
  })

  test('may be long, and as deep as a message is, and hold brackets and quotes in its strings', () => {
    const value = JSON.parse(nested(MESSAGE_DEPTH_MAX - 1)) as unknown
    const text = JSON.stringify([value, '\\"[{'.repeat(MIB), '['])
    expect(parseMessage(text)).toEqual({ ok: true, value: JSON.parse(text) })
  })
})
