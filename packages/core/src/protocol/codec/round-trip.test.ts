import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contentText } from '../../change.ts'
import type { SpaceId } from '../../ids.ts'
import * as messages from '../../test/messages.ts'
import * as protocol from '../index.ts'

const SPACE = '01890000-0000-7000-8000-000000000001' as SpaceId

/** Through text, as on the wire. */
const sent = (wire: unknown): unknown => JSON.parse(JSON.stringify(wire))

const kinds = [
  ['hello request', messages.helloRequest, protocol.encodeHelloRequest, protocol.decodeHelloRequest],
  ['hello answer', messages.helloAnswer, protocol.encodeHelloAnswer, protocol.decodeHelloAnswer],
  ['push request', messages.pushRequest, protocol.encodePushRequest, protocol.decodePushRequest],
  ['push answer', messages.pushAnswer, protocol.encodePushAnswer, protocol.decodePushAnswer],
  ['pull request', messages.pullRequest, protocol.encodePullRequest, protocol.decodePullRequest],
  ['page', messages.page, protocol.encodePage, protocol.decodePage],
  ['poll request', messages.pollRequest, protocol.encodePollRequest, protocol.decodePollRequest],
  ['poll answer', messages.pollAnswer, protocol.encodePollAnswer, protocol.decodePollAnswer],
] as const

test.each(kinds)('a %s comes back as it was', (_, arbitrary, encode, decode) => {
  const comesBack = (message: unknown): void => {
    const wire = (encode as (message: unknown) => unknown)(message)
    expect(decode(sent(wire))).toEqual({ ok: true, value: message })
  }
  fc.assert(fc.property(arbitrary as fc.Arbitrary<unknown>, comesBack), { numRuns: 300 })
})

test('[P2] content has the same canonical text after the trip, so hashes and chains hold', () => {
  fc.assert(
    fc.property(messages.pushRequest, (request) => {
      const back = protocol.decodePushRequest(sent(protocol.encodePushRequest(request)))
      const texts = back.ok ? back.value.changes.map(({ content }) => contentText(content)) : []
      expect(texts).toEqual(request.changes.map(({ content }) => contentText(content)))
    }),
  )
})

test('a page of stored chunks says what a page of their entries says', () => {
  fc.assert(
    fc.property(messages.page, messages.logEntries(SPACE), messages.logEntries(SPACE), (made, first, second) => {
      const later = second.map((entry) => ({ ...entry, version: entry.version + (first.at(-1)?.version ?? 0) }))
      fc.pre(later.every(({ version }) => Number.isSafeInteger(version)))
      const chunks = [first, later]
        .filter((entries) => entries.length > 0)
        .map((entries) => JSON.stringify(protocol.encodeLogChunk(entries)))
      const text = protocol.logPageText({ ...made, space: SPACE }, chunks)
      const decoded = protocol.decodePage(JSON.parse(text))
      expect(decoded).toEqual({ ok: true, value: { ...made, space: SPACE, body: { type: 'log', entries: [...first, ...later] } } })
    }),
  )
})

test('live frames come back as they were', () => {
  const frames: readonly protocol.LiveFrame[] = [
    { type: 'request', id: 'r1', path: 'pull', body: [1, null] },
    { type: 'answer', id: 'r1', status: 409, body: { code: 'epoch' } },
    { type: 'head', space: SPACE, head: 7 },
    { type: 'delta', page: ['e'] },
  ]
  for (const frame of frames) expect(protocol.decodeLiveFrame(sent(protocol.encodeLiveFrame(frame)))).toEqual({ ok: true, value: frame })
})

test('trailing members that a reader does not know are ignored', () => {
  fc.assert(
    fc.property(messages.pushAnswer, fc.array(fc.jsonValue()), (answer, more) => {
      const full = [...(protocol.encodePushAnswer({ ...answer, cursor: 'c' }) as readonly unknown[]), ...more]
      expect(protocol.decodePushAnswer(sent(full))).toEqual({ ok: true, value: { ...answer, cursor: 'c' } })
    }),
  )
})
