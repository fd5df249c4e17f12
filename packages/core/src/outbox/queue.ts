/**
 * The life of a change in the outbox. Pure: the store keeps these rows and carries out the decisions made here.
 *
 *   unsealed ──seal──► queued ──applied──► applied ──(durable)──► forgotten
 *       │                │  ▲                 │
 *    discard          refused retry       new epoch: queued again, with its receipt
 *       ▼                ▼  │
 *    forgotten         failed ──discard──► forgotten
 *
 * A change leaves the outbox in three ways: by a verdict, by a person's discard, or by an export followed by a discard [P7]. Nothing
 * expires.
 */
import { chainHashOf } from '../change.ts'
import type { Receipt } from '../change.ts'
import type { Hash } from '../hash.ts'
import type { ChainHash, ContentHash, Intent, Name, SpaceId } from '../ids.ts'
import type { Verdict } from '../protocol/messages.ts'

/** The status of a change. An `unsealed` change may still grow; a `queued` one awaits its verdict; the others have one. */
export type QueuedStatus = 'unsealed' | 'queued' | 'applied' | 'failed'

/** Why the hub refused a change. `code` is stable, `message` is for a person. */
export interface Refused {
  readonly code: string
  readonly message: string
  readonly field?: string
}

/** The state of a change in the outbox, without its content. */
export interface QueuedChange {
  /** The order in which this device's person acted; local, never sent. */
  readonly seq: number
  readonly space: SpaceId
  readonly intent: Intent
  readonly status: QueuedStatus
  /** Null until sealed. */
  readonly name: Name | null
  readonly contentHash: ContentHash | null
  /** Its number in the chain of this replica in its space; null until sealed. */
  readonly n: number | null
  readonly attempt: number
  /** The hub may have it even if no verdict arrived: this device sent it, or a copy of this device may have. */
  readonly offered: boolean
  /** How many times the hub failed on this change alone [P3]. */
  readonly faults: number
  readonly park: boolean
  /** The space's version that the change took, in the epoch of the confirmed records. */
  readonly version: number | null
  readonly receipt: Receipt | null
  readonly refused: Refused | null
}

/** Whether a change has no verdict yet. 'N to send' counts these. */
export const isUnanswered = (change: QueuedChange): boolean => change.status === 'unsealed' || change.status === 'queued'

/**
 * Whether the confirmed record already contains this change. Until then, also between verdict and page, the view shows the change on top.
 */
export const isCovered = (change: QueuedChange, confirmedVersion: number): boolean =>
  change.version !== null && confirmedVersion >= change.version

/**
 * Whether this verdict applies to this change [P3]. Its content hash must be that of the content the device holds. `applied` counts for
 * every attempt, even for a failed change; a rejection counts only for the device's attempt or a later one. A page (`isAnswer` false) may
 * tell that a copy without the receipt was refused; a change that goes with its receipt is judged anew.
 */
export function verdictCounts(change: QueuedChange, verdict: Verdict, isAnswer: boolean): boolean {
  if (change.status === 'unsealed' || change.name !== verdict.name || change.contentHash !== verdict.contentHash) return false
  if (verdict.type === 'applied') return true
  if (!isAnswer && change.status === 'queued' && change.receipt !== null) return false
  return (
    change.status !== 'applied' && (verdict.attempt > change.attempt || (verdict.attempt === change.attempt && change.status === 'queued'))
  )
}

/**
 * The change after a verdict that counts. What was applied is at the attempt that was judged, which may be less than the device's where a
 * copy was first: a greater one would say that the hub has lost it [Q5].
 */
export function afterVerdict(change: QueuedChange, verdict: Verdict): QueuedChange {
  const attempt = Math.max(change.attempt, verdict.attempt)
  if (verdict.type === 'applied') {
    const version = change.status === 'applied' && change.version !== null ? change.version : verdict.version
    return { ...change, attempt: verdict.attempt, status: 'applied', version, receipt: verdict.receipt, refused: null, park: false }
  }
  const refused: Refused = {
    code: verdict.code,
    message: verdict.message,
    ...(verdict.field === undefined ? {} : { field: verdict.field }),
  }
  return { ...change, attempt, status: 'failed', refused, park: false }
}

/**
 * Whether a person may retry a change, which sends the same content in a new envelope. `intent.reused` cannot be retried: another content
 * has the intent.
 */
export const canRetry = (change: QueuedChange): boolean => change.status === 'failed' && change.refused?.code !== 'intent.reused'

/** The change after a person's retry: queued again, with the next attempt and a new number. */
export const afterRetry = (change: QueuedChange): QueuedChange => ({
  ...change,
  status: 'queued',
  attempt: change.attempt + 1,
  faults: 0,
  park: false,
  offered: false,
  refused: null,
  n: null,
})

/** The end of a replica's chain in a space. */
export interface ChainEnd {
  readonly n: number
  readonly hash: ChainHash
}

/** The chain with one more change. */
export const chained = (hash: Hash, end: ChainEnd, attempt: number, content: ContentHash): ChainEnd => ({
  n: end.n + 1,
  hash: chainHashOf(hash, end.hash, end.n + 1, attempt, content),
})
