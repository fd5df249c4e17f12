/**
 * Admits requests for a known Host, from pages of a trusted Origin. Checked in every mode, on HTTP and WebSocket, before anything else, so
 * that neither DNS rebinding nor a foreign page reaches a hub on someone's own machine.
 */
import { type Refused, refused } from '../problem.ts'

/**
 * The hosts and origins that are admitted. The sets may be filled later, when the port is known.
 * @example const gate: Gate = { allowedHosts: new Set(['notes.example']), allowedOrigins: new Set(['https://notes.example']) }
 */
export interface Gate {
  /** `host:port` as a browser sends it, without the port if it is the default. */
  readonly allowedHosts: ReadonlySet<string>
  /** `https://host:port`. Requests without an Origin do not come from a page. */
  readonly allowedOrigins: ReadonlySet<string>
}

export function checkGate({ allowedHosts, allowedOrigins }: Gate, host: string | null, origin: string | null): Refused | null {
  if (host === null || !allowedHosts.has(host.toLowerCase())) return refused('host.forbidden', 'this hub is not known by that name')
  if (origin !== null && !allowedOrigins.has(origin.toLowerCase()))
    return refused('origin.forbidden', 'pages of that origin may not ask this hub')
  return null
}
