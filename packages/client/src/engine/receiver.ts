/**
 * Applies what the hub sends: verdicts, logs of changes, records. Each runs inside a transaction, and inside `take`.
 *
 *   verdict     removes a change from the outbox; an applied one stays in the view until the confirmed record has reached its version
 *   log         whole changes in the order of their versions, merged here as the hub merged them
 *   records     staged until the pull is complete, then shown together
 *
 * An answer to a push that brings a cursor is a log of this device's own changes; a log entry of an own change is its verdict.
 */
import {
  afterVerdict,
  assert,
  type Content,
  EMPTY_RECORD,
  type LogEntry,
  mergeOperations,
  type Name,
  type PageBody,
  type RecordId,
  type RecordOperations,
  type RecordPart,
  type SpaceId,
  stampAt,
  STAMP_AHEAD_MAX_MS,
  type Stamp,
  type Verdict,
  verdictCounts,
  type Write,
} from '@tombolo/core'
import { type HeldRecord, HeldRecords } from './held-records.ts'
import type { OwnChange } from './own-change.ts'
import { decodeMeta, encodeMeta } from './meta.ts'
import { fits } from './present-content.ts'
import type { StoreState } from './state.ts'
import { quoted } from './sql.ts'
import { UnknownRecords } from './unknown-records.ts'

const NO_NAMES: readonly Name[] = []

/** Thrown for a page that cannot be applied here, for whatever reason. Its content is then asked for as records. */
export class Unreadable extends Error {}

export class Receiver {
  readonly #state: StoreState
  readonly #held: HeldRecords
  readonly #unknown: UnknownRecords

  constructor(state: StoreState) {
    this.#state = state
    this.#held = new HeldRecords(state)
    this.#unknown = new UnknownRecords(state.database)
  }

  /** Runs the work of one answer, then writes the records that it touched. */
  take<T>(work: () => T): T {
    try {
      const result = work()
      this.#held.save()
      return result
    } finally {
      this.#held.drop()
    }
  }

  /** Applies a verdict, if it is about a change that this device holds. A log may have confirmed it before, without its receipt. */
  verdict(verdict: Verdict, isAnswer: boolean): void {
    const change = this.#state.changes.byName(verdict.name)
    if (change === undefined && verdict.type === 'applied') this.#state.changes.takeReceipt(verdict)
    if (change === undefined || !verdictCounts(change, verdict, isAnswer)) return
    const after = this.#after(change, verdict)
    if (after.status === change.status && after.attempt === change.attempt) return
    this.#state.changes.update(after)
    this.#state.touchOutbox()
    if (verdict.type === 'applied') this.#heedClock(change.stamp, verdict.receipt.effectiveStamp)
    else this.#state.keepStamp(change.stamp)
    this.#eachRecord(after, (held) => moved(held, after))
  }

  /** An applied verdict that is also the log entry after the cursor: the own change becomes confirmed. */
  confirm(verdict: Extract<Verdict, { type: 'applied' }>): void {
    const change = this.#state.changes.byName(verdict.name)
    assert(change !== undefined, 'an answer with a cursor is about changes that this device has just sent')
    const { effectiveStamp, hubStamp, unverified } = verdict.receipt
    this.#heedClock(change.stamp, effectiveStamp)
    const after: OwnChange = { ...change, ...afterVerdict(change, verdict) }
    this.#merge(this.#state.changes.content(change.seq), {
      name: verdict.name,
      stamp: effectiveStamp,
      hubStamp,
      by: this.#state.account,
      version: verdict.version,
      unverified: unverified === true,
      awaits: NO_NAMES,
      own: after,
    })
  }

  body(space: SpaceId, body: PageBody, more: boolean): void {
    this.#state.room.claim()
    if (body.type === 'log') for (const entry of body.entries) this.#entry(entry)
    else {
      this.#held.save()
      for (const part of body.records) this.#stage(space, part, body.whole)
      if (!more) this.#swapIn(space, body)
    }
  }

  /** Retires changes that the confirmed records now contain. Called when a pull is complete. */
  retireCovered(space: SpaceId, version: number): void {
    for (const change of this.#state.changes.inSpace(space).applied.values()) {
      if (change.version === null || change.version > version) continue
      this.#eachRecord(change, ({ open }) => open.delete(change.seq))
      this.#state.changes.retire(change)
    }
  }

  /**
   * Removes what the hub has sent of a space, and what it has taken of this device's changes. What it has not taken, and what it has
   * refused, stays: it is this person's alone [W5].
   */
  empty(space: SpaceId): void {
    const { changes, database, schema } = this.#state
    for (const change of changes.inSpace(space).applied.values()) {
      this.#eachRecord(change, ({ open }) => open.delete(change.seq))
      changes.retire(change)
    }
    this.#held.save()
    changes.forgetDurable(space, Number.MAX_SAFE_INTEGER)
    database.prepare('DELETE FROM _staged WHERE space = ?').run(space)
    for (const name of Object.keys(schema.collections))
      database
        .prepare(`DELETE FROM _history WHERE collection = ? AND id IN (SELECT id FROM ${quoted(name)} WHERE space = ? AND "$version" > 0)`)
        .run(name, space)
    this.#dropWhatIsGone(space)
  }

  #entry(entry: LogEntry): void {
    const own = this.#state.changes.byName(entry.name)
    const content = entry.content ?? (own === undefined ? undefined : this.#state.changes.content(own.seq))
    if (content === undefined) throw new Unreadable('it leaves out a change that this device does not hold')
    if (content.schemaVersion > this.#state.schema.version) this.#meetNewer(content.space, entry.version - 1)
    this.#state.sawStamp(entry.effectiveStamp)
    if (own !== undefined) this.#heedClock(own.stamp, entry.effectiveStamp)
    this.#merge(content, {
      name: entry.name,
      stamp: entry.effectiveStamp,
      hubStamp: entry.hubStamp,
      by: entry.by,
      version: entry.version,
      unverified: entry.unverified,
      awaits: entry.awaits,
      own: own === undefined ? null : { ...own, status: 'applied', version: entry.version, refused: null, park: false },
    })
  }

  #merge(content: Content, arrival: Arrival): void {
    const { own, awaits, ...rest } = arrival
    const write: Write = { ...rest, known: (name) => !awaits.includes(name), text: this.#state.text }
    for (const operations of content.operations) this.#mergeRecord(content.space, operations, write, own)
    if (own === null) return
    this.#state.changes.retire(own)
    this.#state.touchOutbox()
  }

  #mergeRecord(space: SpaceId, operations: RecordOperations, write: Write, own: OwnChange | null): void {
    const { records } = this.#state
    if (this.#state.schema.collections[operations.collection] === undefined) return this.#mergeUnknown(space, operations, write)
    const collection = records.collection(operations.collection)
    const held = this.#held.get(collection, operations.record, space)
    if (!fits(held.confirmed, operations)) throw new Unreadable('it writes to a field that is of another kind here')
    const { record, history } = mergeOperations(held.confirmed ?? EMPTY_RECORD, operations, write)
    const late = records.history.take(operations.collection, operations.record, history, write.text)
    held.confirmed = record
    if (own === null) return
    for (const { field, edit } of late) records.texts.keepLate(held.stored, own, { kind: 'edit', field, of: edit.of, update: edit.update })
    held.open.delete(own.seq)
    held.failed.delete(own.seq)
  }

  #mergeUnknown(space: SpaceId, operations: RecordOperations, write: Write): void {
    const { collection, record: id } = operations
    const { record } = mergeOperations(this.#unknown.record(collection, id), operations, write)
    this.#unknown.put({ space, collection, id, record, version: null })
  }

  /** Notes that the space's records hold content of a newer schema. After an upgrade of this app they are read again. */
  #meetNewer(id: SpaceId, since: number): void {
    const space = this.#state.spaces.get(id)
    if (space.newerSince === null) this.#state.spaces.save({ ...space, newerSince: since })
  }

  // ── records pages ──────────────────────────────────────────────────────────────────────────────────────────────────────

  #stage(space: SpaceId, part: RecordPart, whole: boolean): void {
    const state = part.record === null ? null : encodeMeta(whole ? part.record : this.#withParts(space, part, part.record))
    this.#state.database
      .prepare('INSERT INTO _staged (space, collection, id, state) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state')
      .run(space, part.collection, part.id, state)
  }

  /** The fields that changed since the base, on top of what this device has confirmed or staged. */
  #withParts(space: SpaceId, part: RecordPart, record: NonNullable<RecordPart['record']>): NonNullable<RecordPart['record']> {
    const staged = this.#state.database
      .prepare('SELECT state FROM _staged WHERE space = ? AND collection = ? AND id = ?')
      .get(space, part.collection, part.id)?.['state']
    const { records } = this.#state
    const collection = this.#state.schema.collections[part.collection]
    const confirmed =
      collection === undefined ? this.#unknown.record(part.collection, part.id) : records.load(collection, part.id)?.confirmed
    const before = typeof staged === 'string' ? decodeMeta(staged) : (confirmed ?? EMPTY_RECORD)
    return {
      version: record.version,
      life: record.life.version > before.life.version ? record.life : before.life,
      fields: { ...before.fields, ...record.fields },
    }
  }

  #swapIn(space: SpaceId, { whole, newerSchema }: Extract<PageBody, { type: 'records' }>): void {
    const { database, records, schema } = this.#state
    if (this.#state.spaces.get(space).rebuilding) this.#takeNewVersions(space)
    for (const row of database.prepare('SELECT collection, id, state FROM _staged WHERE space = ?').all(space)) {
      const [name, id] = [String(row['collection']), row['id'] as RecordId]
      const record = typeof row['state'] === 'string' ? decodeMeta(row['state']) : undefined
      const collection = schema.collections[name]
      if (collection === undefined) {
        if (record === undefined) this.#unknown.remove(name, id)
        else this.#unknown.put({ space, collection: name, id, record, version: null })
        continue
      }
      const stored = records.load(collection, id) ?? records.fresh(collection, id, space)
      if (record !== undefined) records.texts.keepReplaced(stored, record)
      const { confirmed: _, ...rest } = stored
      this.#state.saveRecord({ ...rest, confirmed: record })
    }
    if (whole) this.#dropWhatIsGone(space)
    const before = this.#state.spaces.get(space)
    const since = whole ? 0 : (before.newerSince ?? before.version)
    const newerSince = newerSchema === undefined ? (whole ? null : before.newerSince) : since
    this.#state.spaces.save({ ...before, rebuilding: false, newerSince })
    database.prepare('DELETE FROM _staged WHERE space = ?').run(space)
  }

  /** Gives changes their versions in the new history, whose records are about to be shown. */
  #takeNewVersions(space: SpaceId): void {
    for (const change of this.#state.changes.live) {
      if (change.space === space) this.#state.changes.update({ ...change, version: change.nextVersion, nextVersion: null })
    }
  }

  /** Removes records that a pull without a cursor did not contain: the hub no longer has them. */
  #dropWhatIsGone(space: SpaceId): void {
    const { database, records, schema } = this.#state
    this.#unknown.dropUnstaged(space)
    for (const collection of Object.values(schema.collections)) {
      const gone = database
        .prepare(
          `SELECT id FROM "${collection.name}" AS kept WHERE space = ? AND "$version" > 0 AND NOT EXISTS (SELECT 1 FROM _staged WHERE space = kept.space AND collection = ? AND id = kept.id)`,
        )
        .all(space, collection.name)
      for (const row of gone) {
        const stored = records.load(collection, row['id'] as RecordId)
        if (stored !== undefined) this.#state.saveRecord({ ...stored, confirmed: undefined })
      }
    }
  }

  /**
   * The change after a verdict. While records of a new history are fetched, its version there is kept apart from those of the old records.
   */
  #after(change: OwnChange, verdict: Verdict): OwnChange {
    const after: OwnChange = { ...change, ...afterVerdict(change, verdict) }
    if (verdict.type !== 'applied' || !this.#state.spaces.get(change.space).rebuilding) return after
    return { ...after, version: change.version, nextVersion: verdict.version }
  }

  // ── helpers ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #eachRecord(change: OwnChange, visit: (held: HeldRecord) => void): void {
    const { schema } = this.#state
    for (const operations of this.#state.changes.content(change.seq).operations) {
      const collection = schema.collections[operations.collection]
      const held = collection === undefined ? undefined : this.#held.find(collection, operations.record)
      if (held !== undefined) visit(held)
    }
  }

  /** Sets the clock back if the hub clamped a stamp. Otherwise a wrong clock would keep winning after its repair [C2]. */
  #heedClock(raw: Stamp, effective: Stamp): void {
    if (effective >= raw) return
    this.#state.setClockBack(Math.max(this.#newestBelievedStamp(effective), stampAt(this.#state.nowMs())) as Stamp)
  }

  /** The newest stamp that the hub has accepted, or would accept as it is. New stamps must come after it. */
  #newestBelievedStamp(effective: Stamp): Stamp {
    const believed = stampAt(this.#state.nowMs() + STAMP_AHEAD_MAX_MS)
    let newest = effective
    for (const { stamp, receipt } of this.#state.changes.live) {
      const accepted = receipt?.effectiveStamp ?? (stamp <= believed ? stamp : newest)
      if (accepted > newest) newest = accepted
    }
    return newest
  }
}

/**
 * Updates a record after a verdict: a refused change leaves the view and is marked as failed; an applied one only alters the record's
 * status.
 */
function moved({ open, failed }: HeldRecord, { status, seq }: OwnChange): void {
  failed.delete(seq)
  if (status !== 'failed') return void open.add(seq)
  open.delete(seq)
  failed.add(seq)
}

interface Arrival extends Omit<Write, 'known' | 'text'> {
  readonly awaits: readonly Name[]
  readonly own: OwnChange | null
}
