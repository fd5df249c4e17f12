/**
 * The token of a live socket opened by a page. The only header that a page can set there is the list of subprotocols (RFC 6455 §4.1), so it
 * carries the token. The address would be logged by servers and proxies.
 *
 *   Sec-WebSocket-Protocol: tombolo, tombolo.bearer.<the token in base64url>        the hub chooses `tombolo`, and never echoes the other
 */
import { asciiOfBase64url, base64urlOfAscii } from './base64url-ascii.ts'

/** The subprotocol of live sockets. */
export const LIVE_PROTOCOL = 'tombolo'
const BEARER = 'tombolo.bearer.'
/** The characters that a header may carry, without spaces. */
const TOKEN = /^[!-~]+$/

/** The subprotocols that a browser offers to sign in on a live socket: the real one, and one that carries the token. */
export const liveProtocolsOf = (token: string): readonly string[] => [LIVE_PROTOCOL, BEARER + base64urlOfAscii(token)]

/** The token among the subprotocols that a socket offers; null if there is none. */
export function liveTokenIn(offered: string | null): string | null {
  for (const protocol of (offered ?? '').split(',')) {
    const said = protocol.trim()
    const token = said.startsWith(BEARER) ? asciiOfBase64url(said.slice(BEARER.length)) : null
    if (token !== null && TOKEN.test(token)) return token
  }
  return null
}
