/** The replies of the service, independent of the transport. */
import type { ReplicaId, SpaceId } from '@tombolo/core'
import type { Refused } from './problem.ts'

export type Reply =
  { readonly type: 'answer'; readonly text: string; readonly stands?: Stands } | { readonly type: 'problem'; readonly problem: Refused }

/** The cursor of the asking device in a space after this reply. */
export interface Stands {
  readonly replica: ReplicaId
  readonly space: SpaceId
  /** Null if no live delta can follow; left out if the reply does not change it. */
  readonly at?: { readonly version: number; readonly cursor: string } | null
}
