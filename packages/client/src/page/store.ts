/**
 * The store, as an app sees it: the schema's collections, typed, over the port to the engine. All data is on this device; nothing here
 * waits for a network except `settled`.
 *
 *   db ─► queries ──┐                        write ─► steps ─► one batch ──┐
 *                   ├─► PortClient ─► engine                               ├─► engine
 *   status outbox conflicts history ─► watches      field ─► autosave ─────┘
 */
import {
  type CollectionDefinition,
  type CollectionName,
  type Intent,
  mintSpaceId,
  type NewRecord,
  type RandomBytes,
  type RecordId,
  type Schema,
  type SchemaIdentity,
  SPACE_COLLECTION,
  type SpaceId,
} from '@tombolo/core'
import { pooled } from '../platform/pooled.ts'
import type { Durability, EnginePort, HistoryItem, OpenAnswer, SpaceItem, StoreStatus } from '../engine/port.ts'
import type { Imported } from '../engine/export/port.ts'
import { Misuse, orTomboloError, SchemaMismatch } from './errors.ts'
import { type Field, Fields, type StartTimer, type UnsavedField } from './fields.ts'
import { RecordIds } from './ids.ts'
import type { Live } from './live.ts'
import { loadDownloads } from './load-downloads.ts'
import { Members } from './members.ts'
import { NewRecords } from './new-records.ts'
import { Conflicts, Outbox } from './outbox.ts'
import { Recovery } from './recovery.ts'
import { collectionOf, PortClient } from './port-client.ts'
import { CollectionReader, type Database } from './query.ts'
import { type Settled, Settler } from './settled.ts'
import { idOfSpace, type RowStanding, type SpaceRef, type StoredRow, type TypedName } from './types.ts'
import { collect, Draft, withoutUndefined, type Writer, type WriterIn, writerInOf, writerOf, type WriteWork } from './write.ts'

/** The parts of a store: its schema and an engine. The rest is for tests; its default is the platform's. */
export interface StoreParts<S extends Schema> {
  readonly schema: S
  readonly port: EnginePort
  /** Milliseconds since 1970; default the device's clock. */
  readonly nowMs?: () => number
  /** Default the platform's secure source. */
  readonly random?: RandomBytes
  readonly startTimer?: StartTimer
}

/** The options of a write. */
export interface WriteOptions {
  /** A form's own id for this submission: saving it twice, even after a reload, makes one change. */
  readonly intent?: string
  /** What the person did, for the outbox and the history: 'Import counts.csv'. */
  readonly label?: string
}

/** A change that is on this device's disk. */
export interface Saved<T = unknown> {
  /** Null if the write had no steps. */
  readonly change: Intent | null
  readonly saved: true
  /** What the write's function returned. */
  readonly result: T
  /** Resolves when the hub has judged the change, which may take a week. Starts asking only when it is read. */
  readonly settled: Promise<Settled>
}

const NOTHING_TO_SETTLE: Settled = { type: 'applied', version: 0 }

/**
 * The store of an app. Reading and writing need no network: all data is on this device, and a write is on disk when it resolves.
 *
 *   db          queries, by collection                 write, writeIn     what a person did
 *   status      the state of syncing                field              text that is typed, saved by itself
 *   outbox      waiting and refused changes            spaces             projects, trips, clinics
 *   conflicts   decisions for a person                history            the writes of a record
 *   members     who is in a space, and may do what
 * @example
 * const { result: id } = await store.write((w) => w.notes.add(project, { title: 'Egret' }))
 * const egret = await store.db.notes.get(id)
 * egret?.$state // 'pending'
 * await store.write((w) => w.notes.delete({ id, space: project.id }))
 */
export class Store<S extends Schema> {
  readonly schema: S
  /** `outbox-only`: this browser keeps only unsent changes and fetches the rest again. Tell the person. */
  readonly durability: Durability
  /** A query for each collection. */
  readonly db: Database<S>
  readonly outbox: Outbox<S>
  readonly conflicts: Conflicts
  readonly members: Members
  readonly recovery: Recovery
  readonly #client: PortClient
  readonly #settler: Settler
  readonly #ids: RecordIds
  readonly #newRecords = new NewRecords()
  readonly #fields: Fields
  readonly #names: readonly CollectionName<S>[]
  readonly #mintSpaceId: () => SpaceId

  private constructor(
    { schema, port, nowMs = Date.now, random = pooled(secureRandom), startTimer = platformTimer }: StoreParts<S>,
    { durability }: OpenAnswer,
  ) {
    this.schema = schema
    this.durability = durability
    this.#client = new PortClient(port, random)
    this.#settler = new Settler(this.#client)
    this.#ids = new RecordIds(nowMs, random)
    this.#fields = new Fields(this.#client, schema, startTimer, this.#newRecords)
    this.#names = Object.keys(schema.collections)
    this.#mintSpaceId = () => mintSpaceId(nowMs(), random)
    this.db = Object.fromEntries(
      this.#names.map((name) => [name, new CollectionReader<S, CollectionName<S>>(this.#client, name)]),
    ) as unknown as Database<S>
    this.outbox = new Outbox(this.#client, this.#names, this.#ids)
    this.conflicts = new Conflicts(this.#client)
    this.members = new Members(this.#client, random, nowMs)
    this.recovery = new Recovery(this.#client)
  }

  /** @throws SchemaMismatch when page and engine were built from different schemas; StorageFailed when the database cannot be opened. */
  static async open<S extends Schema>(parts: StoreParts<S>): Promise<Store<S>> {
    const answer = await orTomboloError(parts.port.open())
    const [mine, theirs] = [parts.schema, answer.schema]
    if (mine.version !== theirs.version || mine.fingerprint !== theirs.fingerprint) {
      throw new SchemaMismatch(
        'schema.mismatch',
        `The page has schema ${nameOfSchema(mine)}, its store worker has ${nameOfSchema(theirs)}.`,
      )
    }
    return new Store(parts, answer)
  }

  // ── writing ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Saves the steps of `work` as one change of one space, completely or not at all; on disk when this resolves.
   * @throws StoreFull, TooBig, Invalid, Changed, Absent, IntentUsed; Misuse for an invalid call. Nothing was saved then.
   * @example const { result: id } = await store.write((w) => w.notes.add(project, { title: 'Heron' }))
   */
  write<T>(work: WriteWork<Writer<S>, T>, options: WriteOptions = {}): Promise<Saved<T>> {
    return this.#save(new Draft(this.#ids, null), (draft) => collect(work, writerOf<S>(this.#names, draft)), options)
  }

  /**
   * Like `write`, for one given space, so that records can be named by ids.
   * @throws as `write`
   * @example await store.writeIn(project, (w) => w.notes.increment(noteId, 'visits'))
   */
  writeIn<T>(space: SpaceRef, work: WriteWork<WriterIn<S>, T>, options: WriteOptions = {}): Promise<Saved<T>> {
    return this.#save(new Draft(this.#ids, idOfSpace(space)), (draft) => collect(work, writerInOf<S>(this.#names, draft)), options)
  }

  /**
   * Seals saved changes so that they may be sent. Call it when a person is done with a form; it also happens automatically after a pause.
   * @example await store.seal(project)
   */
  async seal(space?: SpaceRef): Promise<void> {
    await this.#client.write({ type: 'seal', space: space === undefined ? null : idOfSpace(space) })
  }

  async #save<T>(draft: Draft, work: (draft: Draft) => T, options: WriteOptions): Promise<Saved<T>> {
    const result = work(draft)
    const { space } = draft
    if (space === null || draft.steps.length === 0) return this.#saved(null, result)
    const steps = this.#newRecords.adding(draft.steps)
    const { intent } = await this.#client.write({ type: 'write', space, steps, ...options })
    this.#newRecords.saved(steps)
    return this.#saved(intent, result)
  }

  #saved<T>(change: Intent | null, result: T): Saved<T> {
    const settler = this.#settler
    return {
      change,
      saved: true,
      result,
      get settled() {
        return change === null ? Promise.resolve(NOTHING_TO_SETTLE) : settler.wait(change)
      },
    }
  }

  /**
   * A row for a new form. It is not on disk, not in queries and not sent; the first write to it, by a field or by `write`, adds it with
   * these values. `id`: the id of a row begun before the page was reloaded.
   * @example
   * const note = store.begin('notes', project, { title: '' })
   * await store.db.notes.get(note.id) // null
   * await store.write((w) => w.notes.set(note, { title: 'Heron' }))
   */
  begin<N extends CollectionName<S>>(collection: N, space: SpaceRef, values: NewRecord<S, N>, id?: RecordId): StoredRow<S, N> {
    const definition = this.schema.collections[collection] as CollectionDefinition
    const given = withoutUndefined(values)
    return this.#newRecords.begin(definition, idOfSpace(space), id ?? this.#ids.mint(), given) as unknown as StoredRow<S, N>
  }

  // ── typing ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * A field for an input: it has its text at once, saves automatically, and merges what others write around the caret.
   * @throws Misuse `field.unknown`, `field.kind`: text, strings, numbers, dates, choices and references can be typed; counters cannot.
   * @example store.field(note, 'title').snapshot().text // 'Heron'
   */
  field<R extends RowStanding>(row: R, field: TypedName<R>): Field {
    const { id, space } = row
    return this.#fields.field({ collection: nameOfCollection(row), id, space, field }, row as unknown as Readonly<Record<string, unknown>>)
  }

  /** Typed text that could not be saved: show it, and ask before the page is closed. */
  get unsaved(): Live<readonly UnsavedField[]> {
    return this.#fields.unsaved
  }

  /** Saves all typed text, as far as the device takes it: call it before the page is hidden or left. What it did not take is in `unsaved`. */
  async flush(): Promise<void> {
    await this.#fields.flush()
  }

  // ── spaces ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * The spaces on this device, including incompletely loaded ones.
   * @example const projects = await store.spaces()
   */
  async spaces(): Promise<readonly SpaceItem[]> {
    const { spaces } = await this.#client.read({ type: 'spaces' })
    return spaces
  }

  /** The spaces on this device, kept up to date while somebody subscribes. */
  get liveSpaces(): Live<readonly SpaceItem[]> {
    return this.#client.liveOf({ type: 'spaces' }, (event) => (event.type === 'spaces' ? event.spaces : undefined))
  }

  /**
   * Creates a space; needs no network.
   * @throws as `write`
   * @example (await store.createSpace('Spring count')).name // 'Spring count'
   */
  async createSpace(name: string): Promise<SpaceItem> {
    const id = this.#mintSpaceId()
    const step = { type: 'add', collection: SPACE_COLLECTION, record: recordOf(id), values: { name } } as const
    await this.#client.write({ type: 'write', space: id, steps: [step], createsSpace: true })
    return { id, name, head: 0, completeAt: null, role: 'owner' }
  }

  /**
   * Renames a space, for everyone in it.
   * @throws as `write`
   * @example await store.renameSpace(project, 'Birds of 2026')
   */
  async renameSpace(space: SpaceRef, name: string): Promise<void> {
    const id = idOfSpace(space)
    const step = { type: 'set', collection: SPACE_COLLECTION, record: recordOf(id), values: { name } } as const
    await this.#client.write({ type: 'write', space: id, steps: [step] })
  }

  /**
   * Deletes a space for everyone in it.
   * @throws as `write`
   * @example await store.deleteSpace(await store.createSpace('Trial'))
   */
  async deleteSpace(space: SpaceRef): Promise<void> {
    const id = idOfSpace(space)
    await this.#client.write({ type: 'write', space: id, steps: [{ type: 'delete', collection: SPACE_COLLECTION, record: recordOf(id) }] })
  }

  // ── what the store says of itself ──────────────────────────────────────────────────────────────────────────────────────

  /**
   * Signal, connection, waiting changes, storage, clock.
   * @example const stop = store.status.subscribe(() => console.log(store.status.get()?.toSend))
   */
  get status(): Live<StoreStatus> {
    return this.#client.liveStatus()
  }

  /**
   * The values written to a record, newest first: shown, beside it, superseded or refused.
   * @throws Misuse if this is not a row.
   * @example (await store.history(note)).find(({ field }) => field === 'title')?.standing // 'shown'
   */
  async history(row: RowStanding): Promise<readonly HistoryItem[]> {
    const { items } = await this.#client.read({ type: 'history', collection: nameOfCollection(row), id: row.id })
    return items
  }

  /** The values written to a record, kept up to date while somebody subscribes. @throws as `history` */
  liveHistory(row: RowStanding): Live<readonly HistoryItem[]> {
    return this.#client.liveHistory(nameOfCollection(row), row.id)
  }

  // ── everything, as a file ──────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Everything that this device has, as one zip: records, history, unsent and refused changes (docs/spec/export.md). It is of the moment in
   * which this resolves, although the person goes on writing, and needs no network. Typed text is saved first.
   * @throws TomboloError; the stream fails with `export.interrupted` when another tab takes over the store.
   * @example const zip = await new Response(await store.exportAll()).blob()
   */
  async exportAll(): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    await this.flush()
    const { writeZip } = await loadDownloads()
    return await writeZip(this.#client)
  }

  /**
   * Brings back what `exportAll` made, on any device of the same account, without a hub. Spaces that this device lacks come back whole, and
   * everywhere the person's own changes that it lacks; nothing that it has is overwritten. All of it, or nothing.
   * @throws TomboloError `import.format`, `import.damaged`, `import.tooLarge`, `import.account`, `import.newer`, `import.schema`,
   * `import.interrupted`; StoreFull, StorageFailed. Nothing was changed then.
   * @example
   * const zip = await new Response(await store.exportAll()).blob()
   * (await store.importAll(zip)).changes // 0
   */
  async importAll(zip: Blob): Promise<Imported> {
    const { readZip } = await loadDownloads()
    return await readZip(this.#client, zip)
  }

  /** Saves typed text, stops all watches and releases the database. */
  async close(): Promise<void> {
    await this.#fields.flush()
    this.#settler.close()
    await this.#client.close()
  }
}

const nameOfSchema = ({ version, fingerprint }: SchemaIdentity): string => `version ${version} (${fingerprint})`

/** A space's own record has its id. */
const recordOf = (space: SpaceId): RecordId => space as string as RecordId

function nameOfCollection(row: RowStanding): string {
  const collection = collectionOf(row)
  if (collection === undefined) throw new Misuse('write.noSpace', 'This is not a row of the store.')
  return collection
}

const secureRandom: RandomBytes = (count) => crypto.getRandomValues(new Uint8Array(count))

const platformTimer: StartTimer = (run, delayMs) => {
  const timer = setTimeout(run, delayMs)
  return () => clearTimeout(timer)
}
