/**
 * The table of this device's own changes. The live ones are held in memory.
 *
 * Live: unsealed, queued, failed, and applied changes that the confirmed records do not contain yet. On disk only: the other applied ones,
 * retained with their receipts until every backup of the hub holds them (`retained`).
 */
import {
  assert,
  type Content,
  type Intent,
  intentOfName,
  isUnanswered,
  type Name,
  type RecordId,
  type RecordOperations,
  type SpaceId,
  type Verdict,
} from '@tombolo/core'
import { type Database, StorageError } from '../storage/port.ts'
import { changeOf, COLUMNS, INSERT, insertOf, LINK, OFFER, RETIRE, retirementOf, UNSOUND, UPDATE, updateOf } from './change-rows.ts'
import type { OwnChange } from './own-change.ts'
import { ContentCache } from './content-cache.ts'
import { SpaceChanges } from './space-changes.ts'
import { UnsentRecords } from './unsent-records.ts'

export class ChangeTable {
  readonly #database: Database
  readonly #live = new Map<number, OwnChange>()
  readonly #bySpace = new Map<SpaceId, SpaceChanges>()
  /** The seq of every change that is still on disk. */
  readonly #byIntent = new Map<Intent, number>()
  /** Retained changes that a log alone has confirmed: their receipts are still to come [P6]. */
  readonly #unreceipted = new Map<Intent, SpaceId>()
  readonly #unsent = new UnsentRecords()
  readonly #contents: ContentCache
  readonly #seal: (change: OwnChange, text: string) => OwnChange
  #lastSeq = 0
  #retainedBytes = 0

  /**
   * `seal` seals a change whose row does not say so although a later change exists (chain.ts). `upgrade` returns a content in the present
   * schema (ContentCache).
   * @throws StorageError `storage.corrupt` if what waits to be sent is not as it was saved
   */
  constructor(
    database: Database,
    seal: (change: OwnChange, text: string) => OwnChange,
    upgrade: (seq: number, sealed: Content) => Content,
  ) {
    this.#database = database
    this.#seal = seal
    this.#contents = new ContentCache((seq) => this.#wholeText(seq), upgrade)
    const unsound = database.prepare(UNSOUND).get()?.['seq']
    if (unsound !== undefined) throw damaged(Number(unsound))
    for (const row of database.prepare('SELECT seq, intent, space, covered AND receipt IS NULL AS unreceipted FROM _change').all()) {
      this.#byIntent.set(row['intent'] as Intent, Number(row['seq']))
      if (row['unreceipted'] === 1) this.#unreceipted.set(row['intent'] as Intent, row['space'] as SpaceId)
      this.#lastSeq = Math.max(this.#lastSeq, Number(row['seq']))
    }
    this.#retainedBytes = Number(database.prepare('SELECT total(bytes) AS bytes FROM _change WHERE covered = 1').get()?.['bytes'] ?? 0)
    const changes = database.prepare(`SELECT ${COLUMNS} FROM _change WHERE covered = 0 ORDER BY seq`).all().map(changeOf)
    const last = new Map(changes.map(({ space, seq }) => [space, seq]))
    for (const change of changes) {
      const isOvertaken = change.status === 'unsealed' && change.seq !== last.get(change.space)
      this.#live.set(change.seq, isOvertaken ? seal(change, this.contentText(change.seq)) : change)
    }
    for (const change of [...this.#live.values()].sort(byChain)) this.#file(undefined, change, null)
  }

  /** The live changes, in the order in which the person acted. */
  get live(): IterableIterator<OwnChange> {
    return this.#live.values()
  }

  get(seq: number): OwnChange | undefined {
    return this.#live.get(seq)
  }

  byName(name: Name): OwnChange | undefined {
    const seq = this.#byIntent.get(intentOfName(name))
    const change = seq === undefined ? undefined : this.#live.get(seq)
    return change?.name === name ? change : undefined
  }

  /** Whether a change with this intent is still stored here. */
  isOwn(intent: Intent): boolean {
    return this.#byIntent.has(intent)
  }

  /** Finds a change by its intent, also if it is on disk only. */
  byIntent(intent: Intent): OwnChange | undefined {
    const seq = this.#byIntent.get(intent)
    if (seq === undefined) return undefined
    const row = this.#database.prepare(`SELECT ${COLUMNS} FROM _change WHERE seq = ?`).get(seq)
    return row === undefined ? undefined : changeOf(row)
  }

  /** The live changes of one space. */
  inSpace(space: SpaceId): SpaceChanges {
    const known = this.#bySpace.get(space)
    if (known !== undefined) return known
    const made = new SpaceChanges()
    this.#bySpace.set(space, made)
    return made
  }

  get bySpace(): ReadonlyMap<SpaceId, SpaceChanges> {
    return this.#bySpace
  }

  /** The number of changes whose verdicts are to come, in all spaces. */
  get unansweredCount(): number {
    let count = 0
    for (const space of this.#bySpace.values()) count += space.unansweredCount
    return count
  }

  /** The number of records with unanswered changes, shown as 'N to send'. */
  get unsentRecords(): number {
    return this.#unsent.count
  }

  /** The newest linked change of the replica's chain in a space that is still on disk. */
  lastLink(space: SpaceId): OwnChange | undefined {
    const row = this.#database
      .prepare(`SELECT ${COLUMNS} FROM _change WHERE space = ? AND n IS NOT NULL ORDER BY n DESC LIMIT 1`)
      .get(space)
    return row === undefined ? undefined : changeOf(row)
  }

  /** The applied changes in the confirmed records that are kept until durable at the hub. */
  retained(): OwnChange[] {
    return this.#database.prepare(`SELECT ${COLUMNS} FROM _change WHERE covered = 1 ORDER BY seq`).all().map(changeOf)
  }

  /** The retained changes of a space whose receipts are still to come. */
  unreceipted(space: SpaceId): Intent[] {
    return [...this.#unreceipted].flatMap(([intent, of]) => (of === space ? [intent] : []))
  }

  /** Keeps the receipt of a retained change that lacks it, if the verdict is about the content that this device holds. */
  takeReceipt({ name, contentHash, attempt, receipt }: Extract<Verdict, { type: 'applied' }>): void {
    const intent = intentOfName(name)
    if (!this.#unreceipted.has(intent)) return
    const taken = this.#database
      .prepare('UPDATE _change SET attempt = ?, receipt = ? WHERE seq = ? AND name = ? AND content_hash = ?')
      .run(attempt, JSON.stringify(receipt), this.#byIntent.get(intent) ?? null, name, contentHash)
    if (taken > 0) this.#unreceipted.delete(intent)
  }

  get retainedBytes(): number {
    return this.#retainedBytes
  }

  nextSeq(): number {
    return ++this.#lastSeq
  }

  insert(change: OwnChange, content: Content, text: string): void {
    this.#contents.keep(change.seq, content, text.length)
    this.#byIntent.set(change.intent, change.seq)
    this.#remember(change, text)
    this.#database.prepare(INSERT).run(...insertOf(change), text)
  }

  /** Replaces the unsealed change after a fold. */
  replace(change: OwnChange, content: Content, text: string): void {
    assert(change.status === 'unsealed', 'a sealed change keeps its bytes')
    this.#contents.forget(change.seq)
    this.#remember(change, text)
    this.#contents.keep(change.seq, content, text.length)
    this.#database
      .prepare('UPDATE _change SET stamp = ?, label = ?, bytes = ?, asked = ?, content = ? WHERE seq = ?')
      .run(change.stamp, change.label, change.bytes, change.asked, text, change.seq)
  }

  /** Seals a change in memory. Its row is updated when it is linked. */
  close(change: OwnChange): void {
    this.#remember(change)
  }

  link(change: OwnChange): void {
    this.#remember(change)
    const { status, name, contentHash, n, previous, seq } = change
    this.#database.prepare(LINK).run(status, name, contentHash, n, previous, seq)
  }

  /** Marks a slice of one space's chain as offered: the hub may have it from now on. */
  offer(slice: readonly OwnChange[]): void {
    const fresh = slice.filter(({ offered }) => !offered)
    const [first, last] = [fresh[0], fresh.at(-1)]
    if (first === undefined || last === undefined) return
    const seqs = fresh.map(({ seq }) => seq)
    for (const change of fresh) this.#remember({ ...change, offered: true })
    this.#database.prepare(OFFER).run(Math.min(...seqs), Math.max(...seqs), first.space, first.n, last.n)
  }

  update(change: OwnChange): void {
    if (!this.#live.has(change.seq)) {
      this.#retainedBytes -= change.bytes
      this.#unreceipted.delete(change.intent)
    }
    this.#remember(change)
    this.#database.prepare(UPDATE).run(...updateOf(change))
  }

  /** Retires a change that the confirmed records contain: it stays on disk only, until it is durable at the hub. */
  retire(change: OwnChange): void {
    assert(change.status === 'applied', 'only what the hub applied is covered by what the hub confirmed')
    this.#forget(change.seq)
    this.#database.prepare(RETIRE).run(...retirementOf(change))
    this.#retainedBytes += change.bytes
    if (change.receipt === null) this.#unreceipted.set(change.intent, change.space)
  }

  delete(seq: number): void {
    const change = this.#live.get(seq)
    if (change !== undefined) this.#byIntent.delete(change.intent)
    this.#forget(seq)
    this.#database.prepare('DELETE FROM _change WHERE seq = ?').run(seq)
  }

  /** Forgets retained changes that every restorable backup of the hub holds [P6]. */
  forgetDurable(space: SpaceId, through: number): void {
    const gone = this.#database
      .prepare('SELECT intent, bytes FROM _change WHERE space = ? AND covered = 1 AND version <= ?')
      .all(space, through)
    if (gone.length === 0) return
    this.#database.prepare('DELETE FROM _change WHERE space = ? AND covered = 1 AND version <= ?').run(space, through)
    for (const row of gone) {
      this.#byIntent.delete(row['intent'] as Intent)
      this.#unreceipted.delete(row['intent'] as Intent)
      this.#retainedBytes -= Number(row['bytes'])
    }
  }

  /** Unlinks all changes for a new replica, whose chains start empty. The caller links the waiting ones again and writes them. */
  unlink(): void {
    this.#database.prepare("UPDATE _change SET n = NULL WHERE status <> 'queued' OR covered = 1").run()
    for (const change of this.#live.values()) if (change.n !== null) this.#remember({ ...change, n: null })
  }

  /** The content of a change, upgraded to the present schema. */
  content(seq: number): Content {
    return this.#contents.get(seq).content
  }

  /** The content of a change as sealed, which is sent to the hub. */
  sealedContent(seq: number): Content {
    return this.#contents.get(seq).sealed
  }

  /** Clears the cache of contents, so that they are upgraded again. */
  forgetContents(): void {
    this.#contents.clear()
  }

  contentText(seq: number): string {
    const change = this.#live.get(seq)
    if (change?.status === 'unsealed') {
      const { unsealedText } = this.inSpace(change.space)
      if (unsealedText !== null) return unsealedText
    }
    const row = this.#database.prepare('SELECT content FROM _change WHERE seq = ?').get(seq)
    assert(row !== undefined, 'a change that is asked for is on disk')
    return String(row['content'])
  }

  /** The operations of a change on one record, upgraded to the present schema. */
  operationsOn(seq: number, record: RecordId): RecordOperations | undefined {
    return this.#contents.get(seq).operationsOn(record)
  }

  /** What is sealed and has changed since would be refused by the hub for ever, with all that stand behind it. */
  #wholeText(seq: number): string {
    const text = this.contentText(seq)
    const change = this.#live.get(seq)
    if (change === undefined || change.contentHash === null) return text
    const { contentHash, name } = this.#seal(change, text)
    if (contentHash !== change.contentHash || name !== change.name) throw damaged(seq)
    return text
  }

  #forget(seq: number): void {
    const change = this.#live.get(seq)
    if (change === undefined) return
    if (isUnanswered(change)) this.#unsent.remove(this.sealedContent(seq))
    this.inSpace(change.space).remove(change)
    this.#live.delete(seq)
    this.#contents.forget(seq)
  }

  #remember(change: OwnChange, text: string | null = null): void {
    const before = this.#live.get(change.seq)
    this.#live.set(change.seq, change)
    this.#file(before, change, text)
    if (change.seq > this.#lastSeq) this.#lastSeq = change.seq
  }

  #file(before: OwnChange | undefined, change: OwnChange, text: string | null): void {
    const wasUnanswered = before !== undefined && isUnanswered(before)
    if (isUnanswered(change) !== wasUnanswered) {
      if (wasUnanswered) this.#unsent.remove(this.sealedContent(change.seq))
      else this.#unsent.add(this.sealedContent(change.seq))
    }
    const space = this.inSpace(change.space)
    if (before === undefined) space.add(change, text)
    else space.replace(before, change, text)
  }
}

const damaged = (seq: number): StorageError => new StorageError('storage.corrupt', new Error(`the change ${seq} is not as it was saved`))

/** Sorts by position in the chain; unlinked changes come last. */
const byChain = (a: OwnChange, b: OwnChange): number => (a.n ?? Number.MAX_SAFE_INTEGER) - (b.n ?? Number.MAX_SAFE_INTEGER) || a.seq - b.seq
