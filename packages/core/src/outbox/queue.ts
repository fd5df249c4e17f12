/**
 * A change on its way, and the decisions about it. Pure: the store keeps these rows and carries the decisions out.
 *
 *   unsealed ──seal──► queued ──applied──► applied ──(durable)──► forgotten
 *       │                │  ▲                 │
 *    discard          refused retry       new epoch: queued again, with its receipt
 *       ▼                ▼  │
 *    forgotten         failed ──discard──► forgotten
 *
 * Out of the outbox there are three doors: a verdict, a person's discard, an export followed by a discard [P7]. Nothing expires.
 */
import { chainHashOf } from '../change.ts'
import type { Receipt } from '../change.ts'
import type { Hash } from '../hash.ts'
import type { ChainHash, ContentHash, Intent, Name, SpaceId } from '../ids.ts'
import type { Verdict } from '../protocol/messages.ts'

/** How far a change is: `unsealed` may still be added to, `queued` waits for a verdict; the others have one. */
export type QueuedStatus = 'unsealed' | 'queued' | 'applied' | 'failed'

/** Why the hub refused a change. `code` is stable, `message` is for a person. */
export interface Refused {
  readonly code: string
  readonly message: string
  readonly field?: string
}

/** What is decided about a change, without its content. */
export interface QueuedChange {
  /** The order in which this device's person acted; local, never sent. */
  readonly seq: number
  readonly space: SpaceId
  readonly intent: Intent
  readonly status: QueuedStatus
  /** Null until sealed. */
  readonly name: Name | null
  readonly contentHash: ContentHash | null
  /** Its place in the chain of this replica in its space; null until sealed. */
  readonly n: number | null
  readonly attempt: number
  /** Sent at least once: it may be at the hub even without a verdict. */
  readonly offered: boolean
  /** Hub faults that stood on this change alone [P3]. */
  readonly faults: number
  readonly park: boolean
  /** The space's version that the change took, in the epoch of the confirmed records. */
  readonly version: number | null
  readonly receipt: Receipt | null
  readonly refused: Refused | null
}

/** Waits for a verdict: what 'N to send' counts. */
export const isUnanswered = (change: QueuedChange): boolean => change.status === 'unsealed' || change.status === 'queued'

/** Does the confirmed record already hold this change? Only then does it leave the view: between verdict and page it is on top. */
export const isCovered = (change: QueuedChange, confirmedVersion: number): boolean =>
  change.version !== null && confirmedVersion >= change.version

/**
 * Is this verdict about this change [P3]? It counts only for the content that the device holds. `applied` counts whatever attempt
 * the device is at, also for a failed item; a refusal only for an attempt that is not behind the device's.
 */
export function verdictCounts(change: QueuedChange, verdict: Verdict): boolean {
  if (change.status === 'unsealed' || change.name !== verdict.name || change.contentHash !== verdict.contentHash) return false
  if (verdict.type === 'applied') return true
  return (
    change.status !== 'applied' && (verdict.attempt > change.attempt || (verdict.attempt === change.attempt && change.status === 'queued'))
  )
}

/** The change after a verdict that counts. */
export function afterVerdict(change: QueuedChange, verdict: Verdict): QueuedChange {
  const attempt = Math.max(change.attempt, verdict.attempt)
  if (verdict.type === 'applied') {
    const version = change.status === 'applied' && change.version !== null ? change.version : verdict.version
    return { ...change, attempt, status: 'applied', version, receipt: verdict.receipt, refused: null, park: false }
  }
  const refused: Refused = {
    code: verdict.code,
    message: verdict.message,
    ...(verdict.field === undefined ? {} : { field: verdict.field }),
  }
  return { ...change, attempt, status: 'failed', refused, park: false }
}

/** A person's retry: the same content in a new envelope. `intent.reused` cannot be retried: another content has that intent. */
export const canRetry = (change: QueuedChange): boolean => change.status === 'failed' && change.refused?.code !== 'intent.reused'

/** The change when a person retries it: queued anew, as another attempt with another number. */
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
