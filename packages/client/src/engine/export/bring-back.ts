/**
 * Brings a staged download into the store, without a hub.
 *
 *   a space that this store lacks    comes back whole: its records are readable at once, and read again from the hub when there is one
 *   a space that it has              stays as it is: the rest comes by sync
 *   the person's own changes         come back wherever this store lacks their intent, and are sent from here
 *
 * A download is a copy of a device that may still live. So the changes keep their intents and their bytes and take new places in the chain
 * of this store's own replica [P2]: the hub answers what it has already with the first verdict, and nothing is doubled [E4].
 */
import { type Content, type RecordState, SPACE_COLLECTION, type SpaceId } from '@tombolo/core'
import { isDiscarded } from '../discarded.ts'
import type { LocalStore } from '../local-store.ts'
import type { OwnChange } from '../own-change.ts'
import { putOnTop, restoreChange, restoredChange } from '../restore.ts'
import type { SpaceState } from '../spaces.ts'
import { quoted } from '../sql.ts'
import { Sender } from '../sender.ts'
import type { StoreState } from '../state.ts'
import { UnknownRecords } from '../unknown-records.ts'
import { upgradedEntry, upgradedRecord } from '../upgrade.ts'
import { type ChangeLine, readChangeLine } from './change-line.ts'
import { readHistoryLine } from './history-line.ts'
import { damaged } from './line.ts'
import { collectionOfPart, HISTORY, NEWER_RECORDS, OUTBOX, RETAINED, SPACES } from './parts.ts'
import type { Imported, ImportOrigin } from './port.ts'
import { type NewerRecordLine, readNewerRecordLine, readRecordLine } from './record-line.ts'
import { readSpaceLine, type SpaceLine } from './space-line.ts'
import type { Staging } from './staging.ts'

/** Inside a transaction. @throws Damaged */
export const bringBack = (store: LocalStore, staging: Staging, origin: ImportOrigin): Imported => new Bringing(store, staging, origin).all()

class Bringing {
  readonly #store: LocalStore
  readonly #state: StoreState
  readonly #staging: Staging
  readonly #origin: ImportOrigin
  readonly #unknown: UnknownRecords
  /** The spaces of the download, and those that this store lacked. */
  readonly #spaces = new Map<SpaceId, SpaceLine>()
  readonly #whole = new Set<SpaceId>()
  #records = 0
  #changes = 0
  #known = 0

  constructor(store: LocalStore, staging: Staging, origin: ImportOrigin) {
    this.#store = store
    this.#state = store.state
    this.#staging = staging
    this.#origin = origin
    this.#unknown = new UnknownRecords(store.state.database)
  }

  all(): Imported {
    this.#adoptOrigin()
    for (const line of this.#staging.lines(SPACES)) this.#space(readSpaceLine(line))
    for (const part of this.#staging.parts()) this.#recordsOf(part)
    for (const line of this.#staging.lines(NEWER_RECORDS)) this.#record(readNewerRecordLine(line), 0)
    for (const line of inOrder(this.#changesIn(OUTBOX), this.#changesIn(RETAINED))) this.#change(line)
    for (const line of this.#staging.lines(HISTORY)) this.#past(line)
    const sender = new Sender(this.#state, (space) => this.#store.seal(space))
    for (const space of this.#whole) sender.readAnew(space)
    return { spaces: this.#whole.size, records: this.#records, changes: this.#changes, known: this.#known }
  }

  /** A store that has met no hub takes on the account and the hub's epoch, by which it notices a hub that has lost its history [Q3]. */
  #adoptOrigin(): void {
    const { account, epoch } = this.#origin
    if (this.#state.account === '' && account !== null) {
      this.#state.account = account
      this.#state.write('account', account)
    }
    if (this.#state.epoch === null && epoch !== null) {
      this.#state.epoch = epoch
      this.#state.write('epoch', epoch)
    }
  }

  /** Whether this store and the download speak of the same history of the hub. */
  get #isSameHistory(): boolean {
    return this.#origin.epoch === this.#state.epoch
  }

  #space(line: SpaceLine): void {
    this.#spaces.set(line.id, line)
    if (!this.#isLacking(line.id)) return
    const { version, head, completeAt, newerSince, role } = line
    const space = this.#state.spaces.find(line.id) ?? this.#state.spaces.add(line.id, false)
    const created = line.created || !this.#isSameHistory
    this.#state.spaces.save({ ...space, created, version, head: Math.max(head, space.head), completeAt, newerSince, role })
    this.#whole.add(line.id)
  }

  /** Whether the store has nothing of a space: a device hears of its spaces before it reads them. */
  #isLacking(id: SpaceId): boolean {
    const space = this.#state.spaces.find(id)
    if (space === undefined) return true
    if (space.cursor !== null || space.completeAt !== null) return false
    const tables = ['_change', ...Object.keys(this.#state.schema.collections)]
    return !tables.some((table) => this.#state.database.prepare(`SELECT 1 FROM ${quoted(table)} WHERE space = ? LIMIT 1`).get(id))
  }

  // ── records and history ────────────────────────────────────────────────────────────────────────────────────────────────

  #recordsOf(part: string): void {
    const collection = collectionOfPart(part)
    if (collection === null) return
    const schemaVersion = this.#origin.schema.version
    for (const text of this.#staging.lines(part)) {
      const { id, space, deleted, edited, confirmed } = readRecordLine(collection, text)
      if (!this.#whole.has(space)) continue
      if (!deleted && collection !== SPACE_COLLECTION) this.#records++
      if (confirmed !== null) this.#record({ collection, id, space, confirmed, schemaVersion }, edited)
    }
  }

  #record({ space, collection: name, id, confirmed, schemaVersion }: NewerRecordLine, edited: number): void {
    if (!this.#whole.has(space)) return
    const { records, schema } = this.#state
    const collection = schema.collections[name]
    if (collection === undefined) return this.#unknown.put({ space, collection: name, id, record: confirmed, version: schemaVersion })
    if (records.load(collection, id) !== undefined) return damaged('a record is in it twice')
    const record = schemaVersion === null ? confirmed : this.#upgraded(schemaVersion, space, name, confirmed)
    this.#state.saveRecord({ ...records.fresh(collection, id, space), confirmed: record, edited })
  }

  #upgraded(from: number, space: SpaceId, collection: string, record: RecordState): RecordState {
    return from === this.#state.schema.version ? record : upgradedRecord(this.#state, from, space, collection, record)
  }

  #past(text: string): void {
    const { collection: name, id, field, entry, overBy } = readHistoryLine(text)
    const { records, schema } = this.#state
    const collection = schema.collections[name]
    const space = collection === undefined ? undefined : records.load(collection, id)?.space
    if (space === undefined || !this.#whole.has(space)) return
    const { version } = this.#origin.schema
    const entries = version === schema.version ? [{ field, entry }] : upgradedEntry(schema, version, name, field, entry)
    for (const one of entries) records.history.keep({ collection: name, id, field: one.field }, one.entry, overBy)
  }

  // ── changes ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  *#changesIn(part: string): Generator<ChangeLine, void, undefined> {
    for (const text of this.#staging.lines(part)) yield readChangeLine(text)
  }

  #change(line: ChangeLine): void {
    const { content, status } = line
    if (this.#state.changes.isOwn(content.intent) || isDiscarded(this.#state, content.intent)) {
      this.#known++
      return
    }
    const space = this.#state.spaces.find(content.space)
    if (status === 'applied' && space !== undefined) return this.#applied(line, content, space)
    const createsSpace = this.#spaces.get(content.space)?.created ?? false
    restoreChange(this.#state, { ...line.kept, status: status === 'failed' ? 'failed' : 'queued', createsSpace }, content)
    this.#changes++
  }

  /** A change that a hub had applied: retained here too, or sent again with its receipt where the hub has another history [P6]. */
  #applied({ kept, ...line }: ChangeLine, content: Content, space: SpaceState): void {
    const restored = restoredChange(this.#state, { ...kept, status: 'queued', createsSpace: false }, content)
    const isWhole = this.#whole.has(space.id)
    if (!this.#isSameHistory) {
      // The version tells that the records which came back contain it already.
      return putOnTop(this.#state, { ...restored, version: isWhole ? line.version : null }, content, kept.content)
    }
    const { version, nextVersion } = isWhole ? line : standingIn(space, line)
    if (version !== null && version <= space.durable) return
    const change: OwnChange = { ...restored, status: 'applied', version, nextVersion }
    if (version === null || version > space.version) return putOnTop(this.#state, change, content, kept.content)
    this.#state.changes.insert(change, content, kept.content)
    this.#state.changes.retire(change)
  }
}

type Standing = Pick<OwnChange, 'version' | 'nextVersion'>

/** While a space is read anew, its present records do not tell by their versions what they contain. */
function standingIn({ rebuilding }: SpaceState, { version, nextVersion }: Standing): Standing {
  const atHub = nextVersion ?? version
  return rebuilding ? { version: null, nextVersion: atHub } : { version: atHub, nextVersion: null }
}

/** Merges two lists of changes, each in the order in which the person acted. */
function* inOrder(
  a: Generator<ChangeLine, void, undefined>,
  b: Generator<ChangeLine, void, undefined>,
): Generator<ChangeLine, void, undefined> {
  let [first, second] = [a.next(), b.next()]
  while (!first.done || !second.done) {
    const takesFirst = second.done || (!first.done && first.value.kept.order <= second.value.kept.order)
    const { value } = takesFirst ? first : second
    if (value !== undefined) yield value
    if (takesFirst) first = a.next()
    else second = b.next()
  }
}
