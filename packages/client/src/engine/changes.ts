/**
 * The table of this device's own changes, with the ones that are still decided about held in memory.
 *
 * In memory: unsealed, queued, failed, and applied ones that the confirmed records do not cover yet. On disk only: applied and
 * covered ones, kept with their receipts until every backup of the hub holds them (`retained`).
 */
import {
  assert,
  type Content,
  type Intent,
  isUnanswered,
  type Name,
  type RecordId,
  type RecordOperations,
  type SpaceId,
} from '@tombolo/core'
import type { Database } from '../storage/port.ts'
import { changeOf, COLUMNS, decisionsOf, INSERT, parametersOf, SEAL, UPDATE } from './change-rows.ts'
import type { OwnChange } from './own-change.ts'
import { ContentCache } from './content-cache.ts'
import { UnsentRecords } from './unsent-records.ts'

export class ChangeTable {
  readonly #database: Database
  readonly #live = new Map<number, OwnChange>()
  readonly #byName = new Map<Name, number>()
  /** At most one in a space; its text is needed when it is sealed, which is soon. */
  readonly #unsealed = new Map<SpaceId, { readonly seq: number; readonly text: string | null }>()
  /** Every change of this device that is still on disk. */
  readonly #byIntent = new Map<Intent, number>()
  readonly #unsent = new UnsentRecords()
  readonly #contents = new ContentCache((seq) => this.contentText(seq))
  #lastSeq = 0
  #retainedBytes = 0

  constructor(database: Database) {
    this.#database = database
    for (const row of database.prepare('SELECT seq, intent FROM _change').all()) {
      this.#byIntent.set(row['intent'] as Intent, Number(row['seq']))
      this.#lastSeq = Math.max(this.#lastSeq, Number(row['seq']))
    }
    this.#retainedBytes = Number(database.prepare('SELECT total(bytes) AS bytes FROM _change WHERE covered = 1').get()?.['bytes'] ?? 0)
    for (const row of database.prepare(`SELECT ${COLUMNS} FROM _change WHERE covered = 0 ORDER BY seq`).all()) this.#remember(changeOf(row))
  }

  /** The changes that are still decided about, in the order in which the person acted. */
  get live(): IterableIterator<OwnChange> {
    return this.#live.values()
  }

  get(seq: number): OwnChange | undefined {
    return this.#live.get(seq)
  }

  byName(name: Name): OwnChange | undefined {
    const seq = this.#byName.get(name)
    return seq === undefined ? undefined : this.#live.get(seq)
  }

  /** Did this device write it? Says so as long as the change is on disk. */
  isOwn(intent: Intent): boolean {
    return this.#byIntent.has(intent)
  }

  /** Also finds those that are on disk only. */
  byIntent(intent: Intent): OwnChange | undefined {
    const seq = this.#byIntent.get(intent)
    if (seq === undefined) return undefined
    const row = this.#database.prepare(`SELECT ${COLUMNS} FROM _change WHERE seq = ?`).get(seq)
    return row === undefined ? undefined : changeOf(row)
  }

  unsealedIn(space: SpaceId): OwnChange | undefined {
    const unsealed = this.#unsealed.get(space)
    return unsealed === undefined ? undefined : this.#live.get(unsealed.seq)
  }

  /** How many records have changes without a verdict: what 'N to send' counts. */
  get unsentRecords(): number {
    return this.#unsent.count
  }

  /** Where a replica's chain in a space ends, as far as the changes on disk tell. */
  lastLink(space: SpaceId): OwnChange | undefined {
    const row = this.#database
      .prepare(`SELECT ${COLUMNS} FROM _change WHERE space = ? AND n IS NOT NULL ORDER BY n DESC LIMIT 1`)
      .get(space)
    return row === undefined ? undefined : changeOf(row)
  }

  /** Applied and covered, kept until durable at the hub. */
  retained(): OwnChange[] {
    return this.#database.prepare(`SELECT ${COLUMNS} FROM _change WHERE covered = 1 ORDER BY seq`).all().map(changeOf)
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
    this.#database.prepare(INSERT).run(...parametersOf(change), text)
  }

  /** A fold: the unsealed change with new content. */
  replace(change: OwnChange, content: Content, text: string): void {
    assert(change.status === 'unsealed', 'a sealed change keeps its bytes')
    this.#contents.forget(change.seq)
    this.#remember(change, text)
    this.#contents.keep(change.seq, content, text.length)
    this.#database
      .prepare('UPDATE _change SET stamp = ?, label = ?, bytes = ?, asked = ?, content = ? WHERE seq = ?')
      .run(change.stamp, change.label, change.bytes, change.asked, text, change.seq)
  }

  /** From here its bytes never change. */
  seal(change: OwnChange): void {
    this.#remember(change)
    const { status, name, contentHash, n, previous, seq } = change
    this.#database.prepare(SEAL).run(status, name, contentHash, n, previous, seq)
  }

  /** A sealed change that was never offered, emptied by its author's discard. */
  replaceSealed(change: OwnChange, content: Content, text: string): void {
    assert(!change.offered, 'what was offered keeps its bytes')
    this.#unsent.remove(change.seq)
    this.#contents.forget(change.seq)
    this.#contents.keep(change.seq, content, text.length)
    this.#database
      .prepare('UPDATE _change SET content = ?, bytes = ?, form = ? WHERE seq = ?')
      .run(text, change.bytes, change.form, change.seq)
    this.update(change)
  }

  update(change: OwnChange): void {
    if (!this.#live.has(change.seq)) this.#retainedBytes -= change.bytes
    this.#remember(change)
    this.#write(change, 0)
  }

  /** The confirmed records hold this change: it leaves the view, and stays on disk until it is durable at the hub. */
  retire(change: OwnChange): void {
    assert(change.status === 'applied', 'only what the hub applied is covered by what the hub confirmed')
    this.#forget(change.seq)
    this.#write(change, 1)
    this.#retainedBytes += change.bytes
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
      this.#retainedBytes -= Number(row['bytes'])
    }
  }

  /** A new replica begins new chains: what the old one had linked no longer says where a chain ends. */
  unlinkAnswered(): void {
    this.#database.prepare("UPDATE _change SET n = NULL WHERE status <> 'queued' OR covered = 1").run()
    for (const change of this.#live.values()) if (change.status !== 'queued' && change.n !== null) this.#remember({ ...change, n: null })
  }

  content(seq: number): Content {
    return this.#contents.get(seq).content
  }

  contentText(seq: number): string {
    const space = this.#live.get(seq)?.space
    const unsealed = space === undefined ? undefined : this.#unsealed.get(space)
    if (unsealed?.seq === seq && unsealed.text !== null) return unsealed.text
    const row = this.#database.prepare('SELECT content FROM _change WHERE seq = ?').get(seq)
    assert(row !== undefined, 'a change that is asked for is on disk')
    return String(row['content'])
  }

  /** What a change does to one record. */
  operationsOn(seq: number, record: RecordId): RecordOperations | undefined {
    return this.#contents.get(seq).operationsOn(record)
  }

  #write(change: OwnChange, covered: 0 | 1): void {
    this.#database.prepare(UPDATE).run(...decisionsOf(change, covered))
  }

  #forget(seq: number): void {
    const change = this.#live.get(seq)
    if (change !== undefined && change.name !== null) this.#byName.delete(change.name)
    if (change?.status === 'unsealed') this.#unsealed.delete(change.space)
    this.#live.delete(seq)
    this.#unsent.remove(seq)
    this.#contents.forget(seq)
  }

  #remember(change: OwnChange, text: string | null = null): void {
    this.#live.set(change.seq, change)
    if (change.status === 'unsealed') this.#unsealed.set(change.space, { seq: change.seq, text })
    else if (this.#unsealed.get(change.space)?.seq === change.seq) this.#unsealed.delete(change.space)
    if (isUnanswered(change)) this.#unsent.add(change.seq, () => this.content(change.seq))
    else this.#unsent.remove(change.seq)
    if (change.name !== null) this.#byName.set(change.name, change.seq)
    if (change.seq > this.#lastSeq) this.#lastSeq = change.seq
  }
}
