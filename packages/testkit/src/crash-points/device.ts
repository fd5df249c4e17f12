/** A device and the person who uses it. What they do is entered in the journal with what they were told of it. */
import type { Intent, RecordId, SpaceId } from '@tombolo/core'
import type { EnginePort, OutboxItem } from '../../../client/src/engine/port.ts'
import type { Store } from '../../../client/src/page/store.ts'
import type { WriterIn } from '../../../client/src/page/write.ts'
import type { OutboxMirror } from '../../../client/src/storage/mirror.ts'
import type { App } from './app.ts'
import { DeviceProcess, type ProcessParts, UNTOLD } from './device-process.ts'
import type { Deed, Journal, Trace } from './journal.ts'

export interface DeviceParts {
  readonly name: string
  readonly disk: Map<string, Buffer>
  readonly mirror: OutboxMirror | null
  readonly journal: Journal
  /** The parts of its next process. */
  readonly process: (device: Device) => ProcessParts<App>
  /** What a person is told where something is refused. */
  readonly onRefused: (error: unknown) => void
}

/** `isSaved: false`: it was not saved yet, and may be later. */
interface Saved {
  readonly change: Intent | null
  readonly isSaved?: boolean
}

/** Longer than any pause of the scheduler between two tries of one minute of bad luck. */
const SYNC_MS = 60_000

export class Device {
  readonly name: string
  readonly disk: Map<string, Buffer>
  readonly mirror: OutboxMirror | null
  account: string | null = 'ann'
  isOnline = true
  readonly #parts: DeviceParts
  #process: DeviceProcess<App> | null = null
  #asked = 0
  /** What was done and is not on the device yet: it is there as long as the process lives. */
  #unkept: readonly Deed[] = []

  constructor(parts: DeviceParts) {
    this.#parts = parts
    this.name = parts.name
    this.disk = parts.disk
    this.mirror = parts.mirror
  }

  get process(): DeviceProcess<App> | null {
    return this.#process?.isDead === true ? null : this.#process
  }

  /** Starts the app if it does not run. Null: it cannot be opened now. */
  async running(): Promise<DeviceProcess<App> | null> {
    if (this.process !== null) return this.process
    await this.end()
    const process = new DeviceProcess<App>(this.#parts.process(this))
    this.#process = process
    const opened = await this.#told(() => process.open().then(() => true), process)
    if (opened === true) return process
    await process.end()
    return null
  }

  async end(): Promise<void> {
    await this.#process?.end()
    this.#process = null
    for (const deed of this.#unkept) deed.fate = 'unknown'
    this.#unkept = []
  }

  // ── what a person does ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** Anything; undefined where it was refused, or nobody learnt what became of it. */
  async ask<T>(work: (store: Store<App>) => Promise<T>): Promise<T | undefined> {
    const process = await this.running()
    if (process === null) return undefined
    const told = await this.#told(() => work(process.store), process)
    return told === UNTOLD ? undefined : told
  }

  /** A save, by what can be found of it later; `traces` is asked when the save has been said. */
  async save(space: SpaceId, work: (store: Store<App>) => Promise<Saved>, traces: () => readonly Trace[]): Promise<Deed> {
    const deed: Deed = { device: this.name, space, traces: [], fate: 'refused', intent: null }
    const process = await this.running()
    if (process === null) return deed
    const saved = await this.#told(() => {
      const saying = work(process.store)
      this.#parts.journal.add(Object.assign(deed, { traces: traces() }))
      return saying
    }, process)
    if (saved === UNTOLD) {
      deed.fate = process.isDead ? 'unknown' : 'saved'
      if (!process.isDead) this.#unkept = [...this.#unkept, deed]
    } else if (saved?.isSaved === false) deed.fate = 'unknown'
    else if (saved !== undefined) [deed.fate, deed.intent] = ['saved', saved.change]
    return deed
  }

  /** Adds a note. */
  async add(space: SpaceId, title: string, body = ''): Promise<RecordId> {
    let record = NEVER
    const words = body === '' ? [] : [body]
    await this.save(
      space,
      (store) => store.writeIn(space, (w) => void (record = w.notes.add({ title, body }))),
      () => [
        { type: 'record', record },
        { type: 'title', record, title },
        ...words.map((word) => ({ type: 'word', record, word }) as const),
      ],
    )
    return record
  }

  /** Adds so many notes in one save. */
  async addMany(space: SpaceId, count: number): Promise<void> {
    const records: RecordId[] = []
    const titles = Array.from({ length: count }, (_, index) => `Row ${index}`)
    await this.save(
      space,
      (store) => store.writeIn(space, (w) => titles.forEach((title) => records.push(w.notes.add({ title })))),
      () => records.map((record) => ({ type: 'record', record })),
    )
  }

  async visit(space: SpaceId, record: RecordId): Promise<Deed> {
    return await this.#write(space, { type: 'visit', record }, (w) => w.notes.increment(record, 'visits'))
  }

  async setTitle(space: SpaceId, record: RecordId, title: string): Promise<Deed> {
    return await this.#write(space, { type: 'title', record, title }, (w) => w.notes.set(record, { title }))
  }

  async tag(space: SpaceId, record: RecordId, tag: string): Promise<Deed> {
    return await this.#write(space, { type: 'tag', record, tag }, (w) => w.notes.addTo(record, 'tags', tag))
  }

  /** Puts a word at the end of the body, as it stands on the screen. */
  async type(space: SpaceId, record: RecordId, word: string): Promise<void> {
    const row = await this.ask((store) => store.db.notes.get(record))
    if (row === undefined || row === null) return
    const edit = { from: row.body, to: row.body + word }
    await this.#write(space, { type: 'word', record, word }, (w) => w.notes.edit(record, 'body', edit))
  }

  async delete(space: SpaceId, record: RecordId): Promise<Deed> {
    return await this.#write(space, { type: 'life', record, isThere: false }, (w) => w.notes.delete(record))
  }

  async restore(space: SpaceId, record: RecordId): Promise<Deed> {
    return await this.#write(space, { type: 'life', record, isThere: true }, (w) => w.notes.restore(record))
  }

  /** Says one visit twice under the id of one form, as a double tap does: it is one deed. */
  async visitByForm(space: SpaceId, record: RecordId, intent: string): Promise<void> {
    const say = (store: Store<App>): Promise<Saved> => store.writeIn(space, (w) => w.notes.increment(record, 'visits'), { intent })
    const deed = await this.save(space, say, () => [{ type: 'visit', record }])
    const again = await this.save(space, say, () => [])
    if (again.fate === 'saved' || deed.fate === 'refused') [deed.fate, deed.intent] = [again.fate, again.intent]
  }

  /** One visit, asked for twice under one operation id, as a page does whose leader went away before it answered. */
  async visitAskedTwice(space: SpaceId, record: RecordId): Promise<void> {
    const step = { type: 'increment', collection: 'notes', record, field: 'visits', by: 1 } as const
    const batch = { type: 'write', operationId: `asked-${(this.#asked += 1)}`, space, steps: [step] } as const
    const ask = async (): Promise<Saved> => {
      const answer = await this.#port().write(batch)
      if (!answer.ok) throw Object.assign(new Error(answer.message), { code: answer.code })
      return { change: answer.intent }
    }
    const deed = await this.save(space, ask, () => [{ type: 'visit', record }])
    const again = await this.save(space, ask, () => [])
    if (again.fate === 'saved' || deed.fate === 'refused') [deed.fate, deed.intent] = [again.fate, again.intent]
  }

  #port(): EnginePort {
    const { process } = this
    if (process === null) throw new Error('the store is not open')
    return process.engine.port
  }

  /** There is another token to try. */
  async signIn(): Promise<void> {
    await this.ask(async () => (await this.process?.engine.sync?.loaded())?.signedIn())
  }

  /** Types a word into the field of the body, which saves by itself. What is not saved yet may be saved later. */
  async typeInField(space: SpaceId, record: RecordId, word: string): Promise<void> {
    const row = await this.ask((store) => store.db.notes.get(record))
    if (row === undefined || row === null) return
    const deed = await this.save(
      space,
      async (store) => {
        const field = store.field(row, 'body')
        const { text } = field.snapshot()
        field.input(text + word)
        const { state } = await field.flush()
        return { change: null, isSaved: state === 'saved' }
      },
      () => [{ type: 'word', record, word }],
    )
    if (deed.fate === 'refused') deed.fate = 'unknown'
  }

  /** Decides what is open on a note. */
  async resolve(space: SpaceId, quality: 'poor' | 'good' | 'fair'): Promise<void> {
    const [conflict] = (await this.ask((store) => store.conflicts.all())) ?? []
    if (conflict === undefined) return
    const { id, record } = conflict
    await this.save(
      space,
      (store) => store.writeIn(space, (w) => w.notes.resolve(record, 'quality', id, quality)),
      () => [],
    )
  }

  async setQuality(space: SpaceId, record: RecordId, quality: 'poor' | 'good' | 'fair'): Promise<void> {
    await this.save(
      space,
      (store) => store.writeIn(space, (w) => w.notes.set(record, { quality })),
      () => [],
    )
  }

  /** What stands in the outbox first of this status, if it can be read. */
  async #first(status: OutboxItem['status']): Promise<OutboxItem | undefined> {
    return (await this.outbox()).find((item) => item.status === status)
  }

  async retryFailed(): Promise<void> {
    const item = await this.#first('failed')
    if (item !== undefined) await this.ask((store) => store.outbox.retry(item))
  }

  /** Corrects what was refused: it is another deed then. */
  async amendFailed(space: SpaceId, title: string): Promise<void> {
    const item = await this.#first('failed')
    const [touched] = item?.records ?? []
    if (item === undefined || touched === undefined) return
    const { fate } = await this.save(
      space,
      async (store) => {
        await store.outbox.amend(item, (w) => w.notes.set(touched.id, { title }))
        return { change: null }
      },
      () => [{ type: 'title', record: touched.id, title }],
    )
    if (fate !== 'refused') this.#leaves(item, fate === 'saved' ? 'withdrawn' : 'unknown')
  }

  /** Gives up the first change of this status. */
  async discardFirst(status: OutboxItem['status']): Promise<void> {
    const item = await this.#first(status)
    if (item === undefined) return
    const process = await this.running()
    if (process === null) return
    const told = await this.#told(() => process.store.outbox.discard(item).then(() => true), process)
    if (told !== undefined) this.#leaves(item, told === UNTOLD ? 'unknown' : 'withdrawn')
  }

  /** What was saved with this change has left the outbox by its author's word. */
  #leaves({ intent }: OutboxItem, fate: Deed['fate']): void {
    for (const deed of this.#parts.journal.deeds) if (deed.intent === intent) deed.fate = fate
  }

  /** The app is hidden: what was typed is sealed. */
  async hide(space: SpaceId): Promise<void> {
    await this.ask((store) => store.flush().then(() => store.seal(space)))
  }

  async sync(limitMs: number = SYNC_MS): Promise<void> {
    const process = await this.running()
    if (process !== null) await this.#told(() => process.syncOnce(limitMs), process)
  }

  async outbox(): Promise<readonly OutboxItem[]> {
    return (await this.ask((store) => store.outbox.all())) ?? []
  }

  #write(space: SpaceId, trace: Trace, work: (writer: WriterIn<App>) => void): Promise<Deed> {
    return this.save(
      space,
      (store) => store.writeIn(space, work),
      () => [trace],
    )
  }

  async #told<T>(work: () => Promise<T>, process: DeviceProcess<App>): Promise<T | typeof UNTOLD | undefined> {
    try {
      return await process.tell(work)
    } catch (error) {
      if (process.isDead || codeOf(error) === 'storage.unkept') return UNTOLD
      this.#parts.onRefused(error)
      return undefined
    }
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : null)

/** The record of a save that was never said. */
const NEVER = '' as RecordId
