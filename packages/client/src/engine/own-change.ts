/** One of this device's own changes: what is decided about it (core), and what the outbox shows of it. */
import type { ChainHash, QueuedChange, Stamp } from '@tombolo/core'

/** A change with what the outbox shows of it. */
export interface OwnChange extends QueuedChange {
  /** The chain hash that its link follows; null until sealed. */
  readonly previous: ChainHash | null
  /** The version it took in an epoch whose records are still being fetched; becomes `version` when they are swapped in. */
  readonly nextVersion: number | null
  readonly stamp: Stamp
  /** Hash of what a form asked for, when the intent is the form's own; null otherwise. */
  readonly form: string | null
  readonly label: string | null
  readonly bytes: number
  readonly savedAt: number
  /** Ids of the batches that wrote it, for a page that asks again (operations.ts). */
  readonly asked: string | null
}
