/** What the service answers, whatever carries it. */
import type { ReplicaId, SpaceId } from '@tombolo/core'
import type { Refused } from './problem.ts'

export type Reply =
  { readonly type: 'answer'; readonly text: string; readonly stands?: Stands } | { readonly type: 'problem'; readonly problem: Refused }

/** Where the asker stands in a space after this answer. */
export interface Stands {
  readonly replica: ReplicaId
  readonly space: SpaceId
  /** Null when no live delta could follow; left out when the answer changes nothing about it. */
  readonly at?: { readonly version: number; readonly cursor: string } | null
}
