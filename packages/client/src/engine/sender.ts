/**
 * What leaves the device: pushes of one space's queued changes in the order of their chain, and the one remedy for gap, fork and a
 * new epoch [P2]: a new replica id, under which everything unanswered is chained anew with the same intents.
 */
import {
  afterRetry,
  canRetry,
  CHAIN_START,
  type Epoch,
  type Intent,
  PARK_AFTER_FAULTS,
  PULL_WAITING_MAX,
  type PullRequest,
  type PushedChange,
  type PushRequest,
  type SpaceId,
} from '@tombolo/core'
import { linkAll, linked } from './chain.ts'
import type { OwnChange } from './own-change.ts'
import type { SpaceState } from './spaces.ts'
import type { StoreState } from './state.ts'

export interface PushLimits {
  readonly bytesMax: number
  readonly changesMax: number
}

export class Sender {
  readonly #state: StoreState

  constructor(state: StoreState) {
    this.#state = state
  }

  /** The next push of a space, marked as offered; null where nothing waits. Runs inside a transaction. */
  nextPush(space: SpaceId, limits: PushLimits): PushRequest | null {
    linkAll(this.#state, space)
    const slice = this.#slice(space, limits)
    const first = slice[0]
    if (first === undefined || first.n === null || first.previous === null) return null
    this.#state.changes.offer(slice)
    const { id, created, cursor } = this.#state.spaces.get(space)
    const { version, fingerprint } = this.#state.schema
    return {
      epoch: this.#state.epoch,
      replica: this.#state.replica,
      space: id,
      create: created,
      schema: { version, fingerprint },
      cursor,
      base: { n: first.n - 1, hash: first.previous },
      changes: slice.map((change) => this.#pushed(change)),
    }
  }

  nextPull(space: SpaceId, bytesMax: number): PullRequest {
    const { version, fingerprint } = this.#state.schema
    const { failed, queued } = this.#state.changes.inSpace(space)
    const waiting = [...failed.values(), ...[...queued.values()].filter(({ offered }) => offered)]
    return {
      epoch: this.#state.epoch,
      replica: this.#state.replica,
      space,
      schema: { version, fingerprint },
      cursor: this.#state.spaces.get(space).cursor,
      waiting: waiting.slice(0, PULL_WAITING_MAX).map((change) => change.intent),
      ...(this.#state.spaces.get(space).rebuilding ? { accept: 'records' as const } : {}),
      bytesMax,
    }
  }

  /** The hub lacks what it had answered: it lost some of its past, so what is retained goes again as well, with its receipts. */
  refill(): void {
    const applied = [...this.#state.changes.live].filter((change) => change.status === 'applied')
    for (const change of [...this.#state.changes.retained(), ...applied]) this.#openAgain({ ...change, n: null })
    this.startNewChain()
  }

  /** A new replica id, and everything unanswered in the order in which the person acted. */
  startNewChain(): void {
    this.#state.mintReplica()
    this.#state.changes.unlink()
    for (const { id } of this.#state.spaces.all()) this.#state.spaces.link(id, { n: 0, hash: CHAIN_START })
    const queued = [...this.#state.changes.live].filter((change) => change.status === 'queued').sort((a, b) => a.seq - b.seq)
    for (const change of queued) this.#state.changes.update(linked(this.#state, change))
    for (const space of this.#state.spaces.all()) this.#state.spaces.save(space)
    this.#state.touchOutbox()
  }

  /**
   * The hub has another history: retained changes go again, with their receipts, and the records are fetched anew beside the old ones
   * [Q3]. It may not have the space any more, so that pushes say again that they make it; where it is there, that says nothing.
   */
  enterEpoch(epoch: Epoch): void {
    this.#state.epoch = epoch
    this.#state.write('epoch', epoch)
    for (const space of this.#state.spaces.all()) this.#fromNothing({ ...space, created: true, durable: 0 })
    this.refill()
  }

  /** The hub no longer reads on from this device's cursor: the records are fetched anew beside the old ones, in the same history [Q4]. */
  readAnew(space: SpaceId): void {
    for (const change of this.#state.changes.inSpace(space).applied.values())
      this.#state.changes.update({ ...change, nextVersion: change.version })
    this.#fromNothing(this.#state.spaces.get(space))
  }

  /** A receipt that the hub does not know as its own proves nothing: the change goes without, and is judged as new [P6]. */
  dropReceipt(intent: Intent): void {
    const change = [...this.#state.changes.live].find((other) => other.intent === intent)
    if (change?.status === 'queued') this.#state.changes.update({ ...change, receipt: null })
  }

  /** The hub's head stands before versions that it gave to changes of ours: it has lost them, and they go again with their receipts. */
  hubIsBehind(space: SpaceId, head: number): void {
    const { applied } = this.#state.changes.inSpace(space)
    const lost = [...applied.values()].filter(({ version }) => version !== null && version > head)
    if (lost.length > 0) linkAll(this.#state, space)
    for (const change of lost) this.#openAgain(this.#linked(change))
    if (lost.length > 0) this.#state.touchOutbox()
  }

  /** A person's retry: same content, new envelope, at the end of the chain. */
  retry(seq: number): boolean {
    const change = this.#state.changes.get(seq)
    if (change === undefined || !canRetry(change)) return false
    linkAll(this.#state, change.space)
    this.#state.changes.update(this.#linked({ ...change, ...afterRetry(change) }))
    this.#moveBack(change)
    this.#state.touchOutbox()
    return true
  }

  /** The hub failed on a change that stood alone; after some of these it is sent with `park` [P3]. */
  faulted(seq: number): void {
    const change = this.#state.changes.get(seq)
    if (change === undefined || change.status !== 'queued') return
    const faults = change.faults + 1
    this.#state.changes.update({ ...change, faults, park: faults >= PARK_AFTER_FAULTS })
  }

  /** A change that a lost history had applied: pending again until the present one has. Its old version still covers it in the old records. */
  #openAgain(change: OwnChange): void {
    this.#state.changes.update({ ...change, status: 'queued', offered: false, nextVersion: null })
    this.#moveBack(change)
  }

  /** What was read before stays in view until the new records are complete; where nothing was, there is nothing to keep. */
  #fromNothing(space: SpaceState): void {
    const rebuilding = space.rebuilding || space.cursor !== null || space.completeAt !== null
    this.#state.database.prepare('DELETE FROM _staged WHERE space = ?').run(space.id)
    this.#state.spaces.save({ ...space, cursor: null, rebuilding })
  }

  /** As `linked`, on disk too. */
  #linked(change: OwnChange): OwnChange {
    const now = linked(this.#state, change)
    this.#state.spaces.save(this.#state.spaces.get(change.space))
    return now
  }

  #moveBack(change: OwnChange): void {
    for (const operations of this.#state.changes.content(change.seq).operations) {
      const stored = this.#state.records.load(this.#state.records.collection(operations.collection), operations.record)
      if (stored === undefined) continue
      const open = [...stored.open.filter((seq) => seq !== change.seq), change.seq].sort((a, b) => a - b)
      this.#state.saveRecord({ ...stored, open, failed: stored.failed.filter((seq) => seq !== change.seq) })
    }
  }

  /** Queued changes from the first, without a hole, as many as fit; one always fits. */
  #slice(space: SpaceId, limits: PushLimits): OwnChange[] {
    const slice: OwnChange[] = []
    let bytes = 0
    for (const change of this.#state.changes.inSpace(space).queued.values()) {
      const last = slice.at(-1)
      if (
        last !== undefined &&
        (change.n !== (last.n ?? 0) + 1 || bytes + change.bytes > limits.bytesMax || slice.length >= limits.changesMax)
      )
        break
      slice.push(change)
      bytes += change.bytes
    }
    return slice
  }

  #pushed(change: OwnChange): PushedChange {
    return {
      n: change.n ?? 0,
      attempt: change.attempt,
      park: change.park,
      content: this.#state.changes.sealedContent(change.seq),
      receipt: change.receipt,
    }
  }
}
