/**
 * Prepares pushes of a space's queued changes, in the order of their chain. Gap, fork and a new epoch have one remedy [P2]: a new replica
 * id, under which all unanswered changes are linked again with the same intents.
 */
import {
  afterRetry,
  canRetry,
  CHAIN_START,
  type Epoch,
  type Intent,
  intentOfName,
  type LogEntry,
  type Name,
  type Page,
  PARK_AFTER_FAULTS,
  PULL_WAITING_MAX,
  type PullRequest,
  type PushedChange,
  type PushRequest,
  type SpaceId,
} from '@tombolo/core'
import { linkAll, linked } from './chain.ts'
import { mayMakeAnew } from './own-role.ts'
import { isWithin, type OwnChange } from './own-change.ts'
import type { SpaceState } from './spaces.ts'
import type { StoreState } from './state.ts'

export interface PushLimits {
  readonly bytesMax: number
  readonly changesMax: number
}

export class Sender {
  readonly #state: StoreState
  readonly #seal: (space: SpaceId) => void

  constructor(state: StoreState, seal: (space: SpaceId) => void) {
    this.#state = state
    this.#seal = seal
  }

  /** The next push of a space, whose changes are marked as offered; null if none wait. Runs inside a transaction. */
  nextPush(space: SpaceId, limits: PushLimits): PushRequest | null {
    this.#seal(space)
    const slice = this.#slice(space, limits)
    const first = slice[0]
    if (first === undefined || first.n === null || first.previous === null) return null
    this.#state.changes.offer(slice)
    const { id, created, cursor, joining } = this.#state.spaces.get(space)
    const { version, fingerprint } = this.#state.schema
    return {
      epoch: this.#state.epoch,
      replica: this.#state.replica,
      space: id,
      create: created,
      ...(joining === null ? {} : { join: joining.secret }),
      schema: { version, fingerprint },
      cursor,
      base: { n: first.n - 1, hash: first.previous },
      changes: slice.map((change) => this.#pushed(change)),
    }
  }

  nextPull(space: SpaceId, bytesMax: number): PullRequest {
    const { version, fingerprint } = this.#state.schema
    const { failed, queued, applied } = this.#state.changes.inSpace(space)
    // A page that lacks the verdict of an offered change is dropped, so these come first.
    const offered = [...queued.values()].filter((change) => change.offered)
    const live = [...offered, ...applied.values(), ...failed.values()].map(({ intent }) => intent)
    const waiting = [...live, ...this.#state.changes.unreceipted(space)]
    return {
      epoch: this.#state.epoch,
      replica: this.#state.replica,
      space,
      schema: { version, fingerprint },
      cursor: this.#state.spaces.get(space).cursor,
      waiting: waiting.slice(0, PULL_WAITING_MAX),
      ...(this.#state.spaces.get(space).rebuilding ? { accept: 'records' as const } : {}),
      bytesMax,
    }
  }

  /** Queues retained changes again, with their receipts, because the hub lost changes that it had answered. */
  refill(): void {
    const applied = [...this.#state.changes.live].filter((change) => change.status === 'applied')
    for (const change of [...this.#state.changes.retained(), ...applied]) this.#openAgain({ ...change, n: null })
    this.startNewChain()
  }

  /**
   * Takes how far the hub has this replica's chain in a space. Changes up to there count as offered: what this device has not sent, a copy of
   * it has. Beyond the end of the chain, the copy has gone on by itself: a fork [P2].
   */
  heedSent(space: SpaceId, through: number): void {
    if (through > this.#state.spaces.get(space).chain.n) this.#seal(space)
    if (through > this.#state.spaces.get(space).chain.n) return this.startNewChain()
    const sent = [...this.#state.changes.inSpace(space).queued.values()].filter(({ n }) => n !== null && n <= through)
    this.#state.changes.offer(sent)
  }

  /**
   * Mints a new replica id and links all unanswered changes in the order in which the person acted. They count as offered, because a copy of
   * this device may have sent them under the former id, and no page tells of that chain any more.
   */
  startNewChain(): void {
    for (const { id } of this.#state.spaces.all()) this.#seal(id)
    this.#state.mintReplica()
    this.#state.changes.unlink()
    for (const { id } of this.#state.spaces.all()) this.#state.spaces.link(id, { n: 0, hash: CHAIN_START })
    const queued = [...this.#state.changes.live].filter((change) => change.status === 'queued').sort((a, b) => a.seq - b.seq)
    for (const change of queued) this.#state.changes.update({ ...linked(this.#state, change), offered: true })
    for (const space of this.#state.spaces.all()) this.#state.spaces.save(space)
    this.#state.touchOutbox()
  }

  /**
   * Enters a new epoch of the hub: retained changes are sent again with their receipts, and records are fetched again beside the old ones
   * [Q3]. The hub may have lost the space, so an owner's pushes carry `create` again, which has no effect if the space exists.
   */
  enterEpoch(epoch: Epoch): void {
    this.#state.epoch = epoch
    this.#state.write('epoch', epoch)
    for (const space of this.#state.spaces.all())
      this.#fromNothing({ ...space, created: space.created || mayMakeAnew(this.#state, space), durable: 0, head: 0 })
    this.refill()
  }

  /**
   * Fetches the records again beside the old ones, because the hub's cursor expired [Q4]. The history is the same, as far as anyone can tell:
   * no cursor proves it now, so the hub is asked for each applied change that is kept, whether it still has it [Q3].
   */
  readAnew(space: SpaceId): void {
    const { applied } = this.#state.changes.inSpace(space)
    const retained = this.#state.changes.retained().filter((change) => change.space === space)
    for (const change of [...retained, ...applied.values()])
      // Null where it was applied while the space was being fetched before.
      this.#state.changes.update({ ...change, nextVersion: change.nextVersion ?? change.version })
    this.#fromNothing(this.#state.spaces.get(space))
  }

  /** Drops a receipt that the hub did not accept as its own. The change is sent without it and judged as new [P6]. */
  dropReceipt(intent: Intent): void {
    const change = [...this.#state.changes.live].find((other) => other.intent === intent)
    if (change?.status === 'queued') this.#state.changes.update({ ...change, receipt: null })
  }

  /** Queues changes again, with their receipts, whose versions are beyond the hub's head: the hub has lost them. */
  hubIsBehind(space: SpaceId, head: number): void {
    this.#sendLost(space, (change) => !isWithin(head, change))
  }

  /**
   * Queues changes again, with their receipts, that the hub applied at a version of this log, and that the log lacks: the hub has lost them,
   * and grown since [Q3].
   */
  heedMissing(space: SpaceId, entries: readonly LogEntry[]): void {
    if (this.#state.changes.inSpace(space).applied.size === 0) return
    const { version: from } = this.#state.spaces.get(space)
    const through = entries.at(-1)?.version ?? from
    const names = new Set<Name | null>(entries.map(({ name }) => name))
    this.#sendLost(space, ({ name, version }) => version !== null && version > from && version <= through && !names.has(name))
  }

  /**
   * Queues changes again, with their receipts, that the hub had applied before this page, and whose verdicts the page does not repeat: the hub
   * has lost them, and the records that it sends are without them [Q3]. Of one beyond its head the page cannot tell: it may have been made first.
   */
  heedUnknown({ space, head, verdicts }: Page, asked: readonly Intent[]): void {
    const unknown = new Set(asked)
    for (const { name } of verdicts) unknown.delete(intentOfName(name))
    this.#sendLost(space, (change) => unknown.has(change.intent) && isWithin(head, change))
  }

  /**
   * Sends an applied change again, with its receipt: the hub's records, which this device is about to take, lack what it wrote [Q5]. The
   * greater attempt says so. The caller opens it on these records.
   */
  sendAgain(change: OwnChange): void {
    linkAll(this.#state, change.space)
    const again = this.#linked({ ...change, attempt: change.attempt + 1 })
    this.#state.changes.update({ ...again, status: 'queued', offered: false, version: null, nextVersion: null })
    this.#state.touchOutbox()
  }

  /** Retries a failed change: the same content in a new envelope, at the end of the chain. */
  retry(seq: number): boolean {
    const change = this.#state.changes.get(seq)
    if (change === undefined || !canRetry(change)) return false
    linkAll(this.#state, change.space)
    this.#state.changes.update(this.#linked({ ...change, ...afterRetry(change) }))
    this.#moveBack(change)
    this.#state.touchOutbox()
    return true
  }

  /** Counts a hub fault on a change that was sent alone. After PARK_AFTER_FAULTS it is sent with `park` [P3]. */
  faulted(seq: number): void {
    const change = this.#state.changes.get(seq)
    if (change === undefined || change.status !== 'queued') return
    const faults = change.faults + 1
    this.#state.changes.update({ ...change, faults, park: faults >= PARK_AFTER_FAULTS })
  }

  #sendLost(space: SpaceId, isLost: (change: OwnChange) => boolean): void {
    const lost = [...this.#state.changes.inSpace(space).applied.values()].filter(isLost)
    if (lost.length === 0) return
    linkAll(this.#state, space)
    // No record that is shown, or is about to be, contains them.
    for (const change of lost) this.#openAgain({ ...this.#linked(change), version: null })
    this.#state.touchOutbox()
  }

  /**
   * Reopens a change that a lost history had applied: it is pending until the present history applies it. The old records still contain it.
   */
  #openAgain(change: OwnChange): void {
    this.#state.changes.update({ ...change, status: 'queued', offered: false, nextVersion: null })
    this.#moveBack(change)
  }

  /** Restarts reading a space. Records read before stay in view until the new ones are complete. */
  #fromNothing(space: SpaceState): void {
    const rebuilding = space.rebuilding || space.cursor !== null || space.completeAt !== null
    this.#state.database.prepare('DELETE FROM _staged WHERE space = ?').run(space.id)
    this.#state.spaces.save({ ...space, cursor: null, rebuilding })
  }

  /** Like `linked`, and writes the change to disk. */
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

  /** The longest gapless run of queued changes that fits the limits; at least one. */
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
