import { expect, test } from 'vitest'
import { LIVE_PROTOCOL, liveProtocolsOf, liveTokenIn } from './live-token.ts'

/** RFC 6455: a subprotocol is a token of RFC 7230. */
const SUBPROTOCOL = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

test.each(['a', 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln_-', 'a+b/c==', '!~'])(
  '[Q7] the token %s goes as a subprotocol and is read back',
  (token) => {
    const protocols = liveProtocolsOf(token)
    expect(protocols[0]).toBe(LIVE_PROTOCOL)
    for (const protocol of protocols) expect(protocol).toMatch(SUBPROTOCOL)
    expect(liveTokenIn(protocols.join(', '))).toBe(token)
    expect(liveTokenIn(protocols.join(','))).toBe(token)
  },
)

test.each([
  ['nothing', null],
  ['other subprotocols', 'tombolo, graphql-ws'],
  ['no base64url', 'tombolo, tombolo.bearer.a=='],
  ['an empty token', 'tombolo, tombolo.bearer.'],
  ['a token with a line break', `tombolo, ${liveProtocolsOf('a\r\nb')[1] ?? ''}`],
])('[Q7] in %s there is no token', (_, offered) => {
  expect(liveTokenIn(offered)).toBeNull()
})
