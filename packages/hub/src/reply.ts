/** The replies of the service, independent of the transport. */
import type { DecodeError, ReplicaId, SpaceId } from '@tombolo/core'
import { type Refused, refused } from './problem.ts'

export type Reply =
  | {
      readonly type: 'answer'
      readonly text: string
      readonly stands?: Stands
      /** What it has cost the hub beside its bytes, in units of a byte (limits/rates.ts). */
      readonly work?: number
    }
  | { readonly type: 'problem'; readonly problem: Refused }

/** The reply to a body that is not the message that belongs to its path. */
export const malformed = ({ code, path }: DecodeError): Reply => ({ type: 'problem', problem: refused(code, `at ${path}`) })

/** The cursor of the asking device in a space after this reply. */
export interface Stands {
  readonly replica: ReplicaId
  readonly space: SpaceId
  /** Null if no live delta can follow; left out if the reply does not change it. */
  readonly at?: { readonly version: number; readonly cursor: string } | null
}

/** What a reply has cost beside its bytes. */
export const workOf = (reply: Reply): number => (reply.type === 'answer' ? (reply.work ?? 0) : 0)

/** What a reply costs: its bytes, and that. */
export const costOf = (reply: Reply): number => (reply.type === 'answer' ? Buffer.byteLength(reply.text) : 0) + workOf(reply)
