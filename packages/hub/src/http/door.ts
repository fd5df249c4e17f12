/** Doors. A hub may have several ways in, which share its data. */
import type { Authenticate } from '../auth/auth.ts'
import type { Gate } from './gate.ts'

/** A way into the hub: its hosts and origins there, and how people sign in. */
export interface Door {
  readonly gate: Gate
  readonly auth: Authenticate
}
