/**
 * The half of the store that faces the hub: what is sent, and what the hub's answers change. It comes with sync: a store is opened, and
 * shown, without it.
 *
 *   outbox ─► nextPush · nextPull ─► the hub ─► pushAnswered · pageArrived ─► one transaction: records + outbox + cursor
 *
 * It decides nothing about when to talk; sync/ does. It throws `StorageError` if the disk refuses; nothing has changed then.
 */
import {
  assert,
  type Epoch,
  type Intent,
  type Page,
  PULL_WAITING_MAX,
  type PullRequest,
  type PushAnswer,
  type PushRequest,
  type SpaceId,
  type Standing,
  type Verdict,
} from '@tombolo/core'
import { Checks } from './checks.ts'
import { Forgetting } from './forgetting.ts'
import { isWithin } from './own-change.ts'
import { Receiver, Unreadable } from './receiver.ts'
import { type PushLimits, Sender } from './sender.ts'
import type { StoreState } from './state.ts'
import { sayWhoJoined } from './joining.ts'
import type { Writer } from './writer.ts'

export class HubHalf {
  /** Comparing the records with the hub's [Q5]. */
  readonly checks: Checks
  readonly #state: StoreState
  readonly #writer: Writer
  readonly #receiver: Receiver
  readonly #forgetting: Forgetting
  readonly #sender: Sender

  constructor(state: StoreState, writer: Writer) {
    this.#state = state
    this.#writer = writer
    this.#receiver = new Receiver(state)
    this.#forgetting = new Forgetting(state)
    this.#sender = new Sender(state, (space) => writer.seal(space))
    this.checks = new Checks(state, this.#sender, (space) => writer.seal(space))
  }

  nextPush(space: SpaceId, limits: PushLimits): PushRequest | null {
    return this.#state.transact(() => {
      if (this.#state.spaces.get(space).joining !== null) sayWhoJoined(this.#state, this.#writer)
      return this.#sender.nextPush(space, limits)
    })
  }

  nextPull(space: SpaceId, bytesMax: number): PullRequest {
    if (this.#state.spaces.find(space) === undefined) this.#state.transact(() => this.#state.spaces.add(space, false))
    return this.#sender.nextPull(space, bytesMax)
  }

  /** Applies the answer to a push. Does not wait for the disk: the hub would repeat a lost answer. */
  pushAnswered(request: PushRequest, answer: PushAnswer): void {
    this.#state.transact(() => this.#takeAnswer(request, answer), 'later')
  }

  /** @returns whether the page was applied. The caller asks again for a page that was not, as records if it was unreadable. */
  pageArrived(request: PullRequest | null, page: Page): boolean {
    try {
      return this.#state.transact(() => this.#takePage(request, page))
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      this.readAnew(page.space)
      return false
    }
  }

  /** A fork [P2]: another copy of this device has written under its replica id. */
  startNewChain(): void {
    this.#state.transact(() => this.#sender.startNewChain())
  }

  /** A gap [P2]: the hub lacks what this replica had sent before. */
  refill(): void {
    this.#state.transact(() => this.#sender.refill())
  }

  /** The hub reports another history [Q3]. */
  enterEpoch(epoch: Epoch): void {
    this.#state.transact(() => void this.#sameEpoch(epoch))
  }

  /** The hub, asked after its last verdict, reports an older head of a space: it has lost what it applied beyond [Q3]. */
  hubIsBehind(space: SpaceId, head: number): void {
    this.#state.transact(() => this.#sender.hubIsBehind(space, head))
  }

  /** The hub does not accept this device's cursor of the space any more [Q4]. */
  readAnew(space: SpaceId): void {
    this.#state.transact(() => this.#sender.readAnew(space))
  }

  /** The hub did not accept the receipt that this change was sent with [P6]. */
  dropReceipt(intent: Intent): void {
    this.#state.transact(() => this.#sender.dropReceipt(intent))
  }

  /** What the hub says of the account's role in a space. Without a role the space leaves this device, but for what waits or failed [W5]. */
  roleHeard(id: SpaceId, role: Standing): void {
    const space = this.#state.spaces.find(id)
    if (space === undefined || space.role === role) return
    this.#state.transact(() => {
      this.#state.touchSpaces()
      if (role !== 'none') return void this.#state.spaces.save({ ...space, role })
      this.#writer.seal(id)
      this.#receiver.take(() => this.#receiver.empty(id))
      const nothing = {
        cursor: null,
        version: 0,
        head: 0,
        durable: 0,
        completeAt: null,
        rebuilding: false,
        newerSince: null,
        joining: null,
      }
      this.#state.spaces.save({ ...this.#state.spaces.get(id), ...nothing, role })
    })
  }

  faulted(seq: number): void {
    this.#state.transact(() => this.#sender.faulted(seq))
  }

  /** Takes the offset of this device's clock from the hub's, and the account, from an answer [C1]. */
  heardTime(offsetMs: number, account: string | null): void {
    const isKnown = Math.abs(offsetMs - (this.#state.clockOffsetMs ?? Number.POSITIVE_INFINITY)) < 500
    if (isKnown && (account === null || account === this.#state.account)) return
    this.#state.transact(() => {
      this.#state.clockOffsetMs = offsetMs
      this.#state.write('clockOffsetMs', offsetMs)
      if (account !== null) this.#setAccount(account)
    })
  }

  // ── helpers ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Whether this device holds every applied change of the answer: only those can be merged from their verdicts. */
  #holdsApplied({ verdicts }: PushAnswer): boolean {
    return verdicts.every(({ type, name }) => type !== 'applied' || this.#state.changes.byName(name) !== undefined)
  }

  #takePage(request: PullRequest | null, page: Page): boolean {
    if (!this.#sameEpoch(page.epoch)) return false
    const { body, space, replica } = page
    if (body.type === 'records' && replica === this.#state.replica) this.#sender.heedSent(space, body.sentThrough)
    if (page.from !== this.#state.spaces.get(space).cursor || this.#missesVerdict(request, page)) return false
    this.#sealWhatChanges(page)
    if (body.type === 'log') this.#sender.heedMissing(space, body.entries)
    else if (!page.more) this.#sender.heedUnknown(page, request?.waiting ?? [])
    this.#receiver.take(() => {
      for (const verdict of page.verdicts) this.#receiver.verdict(verdict, false)
      this.#receiver.body(space, body, page.more)
      this.#moveCursor(page)
    })
    this.#forgetting.heed(page)
    return true
  }

  #takeAnswer(request: PushRequest, answer: PushAnswer): void {
    if (!this.#sameEpoch(answer.epoch)) return
    if (answer.account !== this.#state.account) this.#setAccount(answer.account)
    const space = this.#state.spaces.get(answer.space)
    const isLog =
      answer.cursor !== null && request.cursor === space.cursor && request.replica === this.#state.replica && this.#holdsApplied(answer)
    this.#receiver.take(() => {
      this.#takeVerdicts(answer, isLog)
      // What had been applied before the account lost its role is not read again, so nothing else would take it away [W5].
      if (space.role === 'none') this.#receiver.empty(space.id)
    })
    const after = this.#state.spaces.get(answer.space)
    const cursor = isLog ? { cursor: answer.cursor, version: answer.head, completeAt: this.#state.nowMs() } : {}
    this.#state.spaces.save({
      ...after,
      ...cursor,
      created: false,
      head: Math.max(after.head, answer.head),
    })
    this.#state.touchSpaces()
    this.#heedDurable(answer)
  }

  #takeVerdicts(answer: PushAnswer, isLog: boolean): void {
    const { version } = this.#state.spaces.get(answer.space)
    // A rejection removes a change from the view, so what the person writes next is another change [P1].
    if (answer.verdicts.some((verdict) => verdict.type === 'rejected')) this.#writer.seal(answer.space)
    const byVersion = answer.verdicts.toSorted((a, b) => versionOf(a) - versionOf(b))
    for (const verdict of byVersion) {
      // The confirmed records already contain a change with an older version; merging it again would count it twice.
      if (isLog && verdict.type === 'applied' && verdict.version > version) this.#receiver.confirm(verdict)
      else this.#receiver.verdict(verdict, true)
    }
    if (isLog) this.#receiver.retireCovered(answer.space, answer.head)
  }

  /**
   * Seals unsealed changes of records that the page changes: the person's next steps build on a new view, so they are another change [P1].
   */
  #sealWhatChanges({ space, body }: Page): void {
    const { unsealed } = this.#state.changes.inSpace(space)
    if (unsealed === null) return
    const [own] = this.#state.changes.content(unsealed.seq).operations
    const touches =
      body.type === 'log'
        ? body.entries.some((entry) => entry.content === null || entry.content.operations.some((other) => other.record === own?.record))
        : body.records.some((part) => part.id === own?.record)
    if (touches) this.#writer.seal(space)
  }

  #moveCursor(page: Page): void {
    const space = this.#state.spaces.get(page.space)
    const version = page.body.type === 'log' ? (page.body.entries.at(-1)?.version ?? space.version) : page.more ? space.version : page.head
    const completeAt = page.more ? space.completeAt : this.#state.nowMs()
    this.#state.spaces.save({
      ...space,
      cursor: page.cursor,
      version,
      head: Math.max(space.head, page.head),
      completeAt,
      // Whoever is sent records may read them: they came back.
      role: space.role === 'none' ? null : space.role,
      joining: null,
    })
    if (!page.more) this.#receiver.retireCovered(page.space, version)
    this.#heedDurable(page)
    this.#state.touchSpaces()
  }

  /**
   * Whether a records page may contain a change of this device without its verdict: one offered after the page was asked for [Q2]. The last
   * page may also lack one that was applied since, and then would not tell whether the hub still has it [Q3]. A page for a former replica
   * id does not tell what copies have sent under the present one [P4]. A log contains the change itself, which serves as its verdict.
   */
  #missesVerdict(request: PullRequest | null, page: Page): boolean {
    if (page.body.type === 'log') return false
    if (page.replica !== this.#state.replica) return true
    const { queued, applied } = this.#state.changes.inSpace(page.space)
    if (queued.size + applied.size === 0) return false
    const asked = new Set(request?.waiting)
    for (const { offered, intent } of queued.values()) if (offered && !asked.has(intent)) return true
    if (page.more || asked.size === PULL_WAITING_MAX) return false
    for (const change of applied.values()) if (isWithin(page.head, change) && !asked.has(change.intent)) return true
    return false
  }

  /** Takes a durable version, except while the records of a lost history are shown: versions of different histories cannot be compared. */
  #heedDurable({ space: id, durableThrough }: Pick<Page, 'space' | 'durableThrough'>): void {
    const space = this.#state.spaces.get(id)
    const durable = space.rebuilding ? 0 : durableThrough
    if (durable === space.durable) return
    this.#state.spaces.save({ ...space, durable })
    this.#state.changes.forgetDurable(id, durable)
  }

  #sameEpoch(epoch: Epoch): boolean {
    if (epoch === this.#state.epoch) return true
    if (this.#state.epoch !== null) {
      this.#sender.enterEpoch(epoch)
      return false
    }
    this.#state.epoch = epoch
    this.#state.write('epoch', epoch)
    return true
  }

  #setAccount(account: string): void {
    assert(account !== '', 'a hub names the account that it answers')
    this.#state.account = account
    this.#state.write('account', account)
    sayWhoJoined(this.#state, this.#writer)
  }
}

const versionOf = (verdict: Verdict): number => (verdict.type === 'applied' ? verdict.version : 0)
