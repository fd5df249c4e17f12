/**
 * A token for the live socket, from a page: a browser lets a page choose the socket's subprotocols (RFC 6455 §4.1), and no other header.
 * It stands there rather than in the address, which servers and proxies log.
 *
 *   Sec-WebSocket-Protocol: tombolo, tombolo.bearer.<the token in base64url>        the hub chooses `tombolo`, and never says the other
 */
import { asciiOfBase64url, base64urlOfAscii } from './base64url-ascii.ts'

/** The subprotocol of live sockets. */
export const LIVE_PROTOCOL = 'tombolo'
const BEARER = 'tombolo.bearer.'
/** What a header may carry, without spaces. */
const TOKEN = /^[!-~]+$/

/** What a browser offers to sign a live socket in: it can send no header, so that the token is a subprotocol beside the real one. */
export const liveProtocolsOf = (token: string): readonly string[] => [LIVE_PROTOCOL, BEARER + base64urlOfAscii(token)]

/** The token among the subprotocols that a socket offers; null where there is none. */
export function liveTokenIn(offered: string | null): string | null {
  for (const protocol of (offered ?? '').split(',')) {
    const said = protocol.trim()
    const token = said.startsWith(BEARER) ? asciiOfBase64url(said.slice(BEARER.length)) : null
    if (token !== null && TOKEN.test(token)) return token
  }
  return null
}
