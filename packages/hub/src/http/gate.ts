/**
 * Who may ask at all: the Host that this hub is known by, and pages of an Origin that it trusts. Checked in every mode, on HTTP and
 * on WebSocket, before anything else, so that neither a rebound name nor a foreign page reaches a hub on someone's own machine.
 */
import { type Refused, refused } from '../problem.ts'

/**
 * Who may ask at all. The sets may be filled when the port is known.
 * @example const gate: Gate = { allowedHosts: new Set(['notes.example']), allowedOrigins: new Set(['https://notes.example']) }
 */
export interface Gate {
  /** `host:port` as a browser sends it; the port is left out where it is the default. */
  readonly allowedHosts: ReadonlySet<string>
  /** `https://host:port`; requests without an Origin come from no page. */
  readonly allowedOrigins: ReadonlySet<string>
}

export function checkGate({ allowedHosts, allowedOrigins }: Gate, host: string | null, origin: string | null): Refused | null {
  if (host === null || !allowedHosts.has(host.toLowerCase())) return refused('host.forbidden', 'this hub is not known by that name')
  if (origin !== null && !allowedOrigins.has(origin.toLowerCase()))
    return refused('origin.forbidden', 'pages of that origin may not ask this hub')
  return null
}
