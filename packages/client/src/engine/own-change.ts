/** One of this device's own changes: its state in the outbox (core), and the facts that the outbox shows. */
import type { ChainHash, QueuedChange, Stamp } from '@tombolo/core'

/** A change, with the facts that the outbox shows. */
export interface OwnChange extends QueuedChange {
  /** The chain hash before its link; null until linked. */
  readonly previous: ChainHash | null
  /** Its version in a new epoch whose records are still being fetched; becomes `version` when they replace the old ones. */
  readonly nextVersion: number | null
  readonly stamp: Stamp
  /** Hash of the steps, if a form gave its own intent; null otherwise. */
  readonly form: string | null
  readonly label: string | null
  readonly bytes: number
  readonly savedAt: number
  /** Ids of the batches that wrote it, for a page that asks again (operations.ts). */
  readonly asked: string | null
}

/** Whether the hub applied the change up to this version of its present history. */
export const isWithin = (through: number, { version, nextVersion }: OwnChange): boolean => (nextVersion ?? version ?? 0) <= through
