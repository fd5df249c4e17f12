import type { Intent, SpaceId } from '@tombolo/core'

/** A change as its device has it. */
export interface OwnRow {
  readonly intent: Intent
  readonly space: SpaceId
  readonly status: 'unsealed' | 'queued' | 'applied' | 'failed'
  readonly seq: number
  readonly version: number | null
  readonly content: string
}
