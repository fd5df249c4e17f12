/** A way into the hub: the names it is known by there, and how people sign in. A hub may have several, and shares its data over all. */
import type { Authenticate } from '../auth/auth.ts'
import type { Gate } from './gate.ts'

/** A way into the hub: the names that it is known by there, and how people sign in. */
export interface Door {
  readonly gate: Gate
  readonly auth: Authenticate
}
