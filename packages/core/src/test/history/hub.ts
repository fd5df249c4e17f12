/**
 * A hub of one record, at the level of writes: it judges an intent once, stamps, merges and remembers. Chains and pages are the
 * protocol's; here a message is a list of changes, of a chain the hub knows the last n, and a page is the record.
 */
import type { ContentHash, Intent, Name } from '../../ids.ts'
import { EMPTY_RECORD, type History, mergeOperations, type RecordState } from '../../merge/record.ts'
import { EMPTY_REGISTER } from '../../merge/register.ts'
import { editStands } from '../../merge/text.ts'
import { effectiveStamp, nextStamp, type Stamp, STAMP_MIN } from '../../stamp.ts'
import { yjsText } from '../../yjs.ts'
import type { Arrival } from '../arrivals.ts'
import { registerAt } from './place.ts'

/** What a person did, as it is sealed. Its `stamp` is the device's own. */
export interface SealedChange extends Omit<Arrival, 'hubStamp'> {
  readonly intent: Intent
  readonly content: ContentHash
  /** The hub refuses it while it is at a lesser attempt. */
  readonly good: number
}

export interface Receipt {
  readonly stamp: Stamp
  readonly hubStamp: Stamp
}

export interface Offer {
  readonly change: SealedChange
  readonly n: number
  readonly attempt: number
  readonly receipt: Receipt | null
}

export type Verdict = { readonly intent: Intent; readonly content: ContentHash; readonly attempt: number } & (
  | { readonly type: 'applied'; readonly version: number; readonly receipt: Receipt }
  | { readonly type: 'rejected'; readonly code: 'denied' | 'text.depends' | 'intent.reused' }
)

/** Rules that a tester may leave out, to see that it matters. */
export interface HubRules {
  /** A name in `over` that has not arrived is remembered [A6]. */
  readonly awaits: boolean
}

export class Hub {
  readonly #rules: HubRules
  epoch = 1
  head = 0
  record: RecordState = EMPTY_RECORD
  durableThrough = 0
  log: readonly Arrival[] = []
  history: readonly History[] = []
  /** The last n of each replica. */
  #sentThrough: ReadonlyMap<string, number> = new Map()
  #stamp = STAMP_MIN
  #verdicts: ReadonlyMap<Intent, Verdict> = new Map()
  #arrived: ReadonlySet<Name> = new Set()

  constructor(rules: HubRules) {
    this.#rules = rules
  }

  /** A copy; everything it holds is immutable. */
  copy(): Hub {
    const copy = new Hub(this.#rules)
    const { epoch, head, record, durableThrough, log, history } = this
    Object.assign(copy, { epoch, head, record, durableThrough, log, history })
    copy.#sentThrough = this.#sentThrough
    copy.#stamp = this.#stamp
    copy.#verdicts = this.#verdicts
    copy.#arrived = this.#arrived
    return copy
  }

  has(name: Name): boolean {
    return this.#arrived.has(name)
  }

  verdictOf(intent: Intent): Verdict | undefined {
    return this.#verdicts.get(intent)
  }

  sentThrough(replica: string): number {
    return this.#sentThrough.get(replica) ?? 0
  }

  /** The same verdict on every repeat [P3]; a refused intent is judged again only for a greater attempt, or with a receipt [P6]. */
  judge(offer: Offer, nowMs: number): Verdict {
    const { change, n, attempt, receipt } = offer
    const { intent, content, by } = change
    this.#sentThrough = new Map([...this.#sentThrough, [by, Math.max(n, this.sentThrough(by))]])
    const before = this.#verdicts.get(intent)
    if (before !== undefined && before.content !== content) return { intent, content, attempt, type: 'rejected', code: 'intent.reused' }
    if (before !== undefined && (before.type === 'applied' || (attempt <= before.attempt && receipt === null))) return before
    const verdict = this.#verdict(offer, nowMs)
    this.#verdicts = new Map([...this.#verdicts, [intent, verdict]])
    return verdict
  }

  #verdict({ change, attempt, receipt }: Offer, nowMs: number): Verdict {
    const { intent, content } = change
    if (receipt === null && attempt < change.good) return { intent, content, attempt, type: 'rejected', code: 'denied' }
    if (receipt === null && !this.#stands(change)) return { intent, content, attempt, type: 'rejected', code: 'text.depends' }
    const given = receipt ?? { stamp: effectiveStamp(change.stamp, nowMs), hubStamp: nextStamp(this.#stamp, nowMs) }
    this.#stamp = Math.max(this.#stamp, given.hubStamp) as Stamp
    this.#merge({ ...change, ...given })
    return { intent, content, attempt, type: 'applied', version: this.head, receipt: given }
  }

  #stands({ operations }: SealedChange): boolean {
    return operations.fields.every(
      (operation) =>
        operation.kind !== 'edit' ||
        editStands(registerAt(this.record, operation.field) ?? EMPTY_REGISTER, operation, yjsText, (name) => this.has(name)),
    )
  }

  #merge({ name, stamp, hubStamp, by, unverified, operations }: Arrival): void {
    this.head += 1
    const known = this.#rules.awaits ? (other: Name): boolean => this.has(other) : (): boolean => true
    const write = { name, stamp, hubStamp, by, unverified, version: this.head, known, text: yjsText }
    const { record, history } = mergeOperations(this.record, operations, write)
    this.record = record
    this.history = [...this.history, ...history]
    this.log = [...this.log, { name, stamp, hubStamp, by, unverified, operations }]
    this.#arrived = new Set([...this.#arrived, name])
  }
}
