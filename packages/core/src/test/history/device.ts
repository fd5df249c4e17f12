/**
 * A device, at the level of writes: what the hub confirmed, its own changes, and the view that they make together. It follows the
 * requirements of pushing and pulling [P3][P6][Q2][Q3] as far as merging depends on them.
 */
import type { Intent } from '../../ids.ts'
import type { OwnWrite } from '../../merge/over.ts'
import { EMPTY_RECORD, mergeOperations, type RecordState } from '../../merge/record.ts'
import { nextStamp, type Stamp, STAMP_MAX, STAMP_MIN } from '../../stamp.ts'
import { yjsEditor, yjsText } from '../../yjs.ts'
import type { Arrival } from '../arrivals.ts'
import type { Offer, Receipt, SealedChange, Verdict } from './hub.ts'
import { LIFE, placeOf } from './place.ts'

export interface Own {
  readonly change: SealedChange
  /** Its place in the chain of its replica [P2]. */
  readonly n: number
  readonly attempt: number
  readonly status: 'open' | 'applied' | 'failed'
  readonly code: string | null
  readonly isOffered: boolean
  readonly receipt: Receipt | null
  /** The version that it took, by epoch. */
  readonly versions: Readonly<Record<number, number>>
}

export interface Confirmed {
  readonly epoch: number
  readonly version: number
  readonly record: RecordState
  readonly log: readonly Arrival[]
}

export interface PushRequest {
  readonly type: 'push'
  readonly from: Device
  readonly epoch: number
  readonly offers: readonly Offer[]
}
export interface PullRequest {
  readonly type: 'pull'
  readonly from: Device
  readonly epoch: number
  readonly cursor: number
  readonly waiting: readonly Intent[]
}
export interface Answer {
  readonly type: 'answer'
  readonly to: Device
  readonly epoch: number
  readonly durableThrough: number
  readonly verdicts: readonly Verdict[]
  readonly page: Page | null
}
interface Page {
  readonly cursor: number
  readonly asked: readonly Intent[]
  /** The last n that the hub has of the asking replica, whichever copy of the device sent it. */
  readonly sentThrough: number
  readonly confirmed: Confirmed
}

export class Device {
  readonly id: string
  /** The same on a clone: forms name their intents by it, and its chain goes on in both. */
  readonly replica: string
  readonly #nextClientId: () => number
  editor: ReturnType<typeof yjsEditor>
  isGone = false
  hasHeard = false
  offsetMs = 0
  epoch = 1
  cursor = 0
  durable = { epoch: 1, version: 0 }
  confirmed: Confirmed = { epoch: 1, version: 0, record: EMPTY_RECORD, log: [] }
  own: readonly Own[] = []
  lastN = 0
  forms: ReadonlySet<string> = new Set()
  #stamp: Stamp = STAMP_MIN

  constructor(id: string, replica: string, nextClientId: () => number) {
    this.id = id
    this.replica = replica
    this.#nextClientId = nextClientId
    this.editor = yjsEditor(nextClientId)
  }

  /** Another installation that begins with everything that this one holds. */
  clone(id: string): Device {
    const clone = new Device(id, this.replica, this.#nextClientId)
    const { hasHeard, offsetMs, epoch, cursor, durable, confirmed, own, lastN, forms } = this
    Object.assign(clone, { hasHeard, offsetMs, epoch, cursor, durable, confirmed, own, lastN, forms })
    clone.#stamp = this.#stamp
    return clone
  }

  stamp(nowMs: number): Stamp {
    this.#stamp = nextStamp(this.#stamp, nowMs + this.offsetMs)
    return this.#stamp
  }

  save(change: SealedChange): void {
    const own: Own = {
      change,
      n: ++this.lastN,
      attempt: 0,
      status: 'open',
      code: null,
      isOffered: false,
      receipt: null,
      versions: {},
    }
    this.own = [...this.own, own]
  }

  // ---- the view ----

  /** Does the confirmed record hold it? Only then does it leave the view. */
  isCovered({ versions }: Own): boolean {
    const version = versions[this.confirmed.epoch]
    return version !== undefined && version <= this.confirmed.version
  }

  /** What stands on top of the confirmed record. */
  onTop(): readonly Own[] {
    return this.own.filter((own) => own.status !== 'failed' && !this.isCovered(own))
  }

  view(): RecordState {
    return this.onTop().reduce(
      (record, own) => mergeOperations(record, own.change.operations, this.#writeOf(own)).record,
      this.confirmed.record,
    )
  }

  /** With the times that the hub gave it, where it has: they are what the hub decides by [M6]. */
  #writeOf({ change: { name, stamp, by, unverified }, receipt }: Own): Parameters<typeof mergeOperations>[2] {
    const times = receipt ?? { stamp, hubStamp: STAMP_MAX }
    return { name, ...times, by, unverified, version: 0, known: () => false, text: yjsText }
  }

  /** Its unconfirmed and failed writes of a place, in the order in which they were made. */
  ownWrites(place: string): readonly OwnWrite[] {
    const writes = this.own.filter((own) => own.status === 'failed' || !this.isCovered(own))
    return writes.flatMap(({ change: { name, operations } }) => {
      if (place === LIFE) return [{ name, over: operations.lifeOver }]
      const operation = operations.fields.find((other) => placeOf(other) === place)
      return operation !== undefined && 'over' in operation ? [{ name, over: operation.over }] : []
    })
  }

  // ---- talking ----

  push(): PushRequest | null {
    this.own = this.own.map((own) => (own.status === 'open' ? { ...own, isOffered: true } : own))
    const offers = this.own
      .filter((own) => own.status === 'open')
      .map(({ change, n, attempt, receipt }) => ({ change, n, attempt, receipt }))
    return offers.length === 0 ? null : { type: 'push', from: this, epoch: this.epoch, offers }
  }

  pull(): PullRequest {
    const waiting = this.own.filter((own) => own.status !== 'applied').map((own) => own.change.intent)
    return { type: 'pull', from: this, epoch: this.epoch, cursor: this.cursor, waiting }
  }

  receive(answer: Answer): void {
    this.hasHeard = true
    if (answer.epoch > this.epoch) this.#newEpoch(answer.epoch)
    if (answer.epoch !== this.epoch) return
    if (answer.page !== null && !this.#fits(answer.page)) return
    for (const verdict of answer.verdicts) this.own = this.own.map((own) => this.#afterVerdict(own, verdict))
    if (answer.page !== null) this.#confirm(answer.page.confirmed)
    this.durable = { epoch: answer.epoch, version: answer.durableThrough }
    this.own = this.own.filter((own) => !this.#isDurable(own))
  }

  /** A page is applied where it was asked from, and not if a change that this device or a copy of it offered since has no verdict in it [Q2]. */
  #fits({ cursor, asked, sentThrough }: Page): boolean {
    if (cursor !== this.cursor) return false
    return !this.own.some((own) => own.status === 'open' && (own.isOffered || own.n <= sentThrough) && !asked.includes(own.change.intent))
  }

  #newEpoch(epoch: number): void {
    this.epoch = epoch
    this.cursor = 0
    this.own = this.own.map((own) => (own.status === 'applied' ? { ...own, status: 'open' } : own))
  }

  #afterVerdict(own: Own, verdict: Verdict): Own {
    if (own.change.intent !== verdict.intent || own.change.content !== verdict.content) return own
    const attempt = Math.max(own.attempt, verdict.attempt)
    if (verdict.type === 'applied') {
      const versions = { [this.epoch]: verdict.version, ...own.versions }
      return { ...own, attempt, status: 'applied', code: null, receipt: verdict.receipt, versions }
    }
    const counts = own.status === 'open' ? verdict.attempt >= own.attempt : own.status === 'failed' && verdict.attempt > own.attempt
    return counts ? { ...own, attempt, status: 'failed', code: verdict.code } : own
  }

  #confirm(confirmed: Confirmed): void {
    this.confirmed = confirmed
    this.cursor = confirmed.version
    for (const { stamp } of confirmed.log) if (stamp > this.#stamp) this.#stamp = stamp
  }

  /** In every backup that may still be restored: nobody needs this device's copy of it any more [P6]. */
  #isDurable(own: Own): boolean {
    const version = own.versions[this.durable.epoch]
    return own.status === 'applied' && this.isCovered(own) && version !== undefined && version <= this.durable.version
  }

  // ---- a person and a failed change ----

  retry(index: number): void {
    const failed = this.own.filter((own) => own.status === 'failed' && own.code !== 'intent.reused')
    const chosen = failed[index % failed.length]
    if (chosen === undefined) return
    const again: Own = { ...chosen, n: ++this.lastN, status: 'open', code: null, attempt: chosen.attempt + 1, isOffered: false }
    this.own = this.own.map((own) => (own === chosen ? again : own))
  }

  discard(index: number): SealedChange | undefined {
    const failed = this.own.filter((own) => own.status === 'failed')
    const chosen = failed[index % failed.length]
    this.own = this.own.filter((own) => own !== chosen)
    return chosen?.change
  }
}
