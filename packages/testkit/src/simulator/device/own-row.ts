import type { Intent, Name, SpaceId } from '@tombolo/core'

/** A change as its device has it. */
export interface OwnRow {
  readonly intent: Intent
  readonly space: SpaceId
  readonly status: 'unsealed' | 'queued' | 'applied' | 'failed'
  readonly seq: number
  /** Null until it is sealed. */
  readonly name: Name | null
  readonly version: number | null
  readonly content: string
}
