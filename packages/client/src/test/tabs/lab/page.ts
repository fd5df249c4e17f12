// The page of the tabs lab: a store as an app has it, and a person who writes without end.
import type { SpaceId } from '@tombolo/core'
import { openStore, type Store, type TomboloError } from '../../../index.ts'
import { app } from './schema.ts'

export type Kind = 'plain' | 'refused-files' | 'newer-schema'

export interface Lab {
  open(kind?: Kind): Promise<{ readonly durability: string }>
  /** The one space of the lab, made when there is none. */
  space(): Promise<SpaceId>
  write(title: string): Promise<void>
  /** Writes one note after the other until told to stop; each that is saved is reported. */
  writeOn(prefix: string): void
  /** Resolves when the last write was answered: how long the slowest took. */
  stop(): Promise<number>
  titles(): Promise<string[]>
  /** Types into a field of the first note, and leaves it at once. */
  type(field: 'title' | 'body', text: string): void
  /** Texts that are typed and not on disk, each with the code that says why. */
  unsaved(): string[]
  bodies(): Promise<string[]>
  /** How many changes wait, or the code of why that cannot be told. */
  outbox(): Promise<number | string>
  /** What a live query shows. */
  readonly seen: readonly string[]
  /** Codes of whatever went wrong. */
  readonly errors: string[]
  terminateWorker(): void
  close(): Promise<void>
}

declare global {
  interface Window {
    tabsLab: Lab
    /** The test hears of each write that was saved. */
    saved(title: string): Promise<void>
  }
}

const WORKERS: Record<Kind, () => Worker> = {
  plain: () => new Worker(new URL('./store.worker.ts', import.meta.url), { type: 'module' }),
  'refused-files': () => new Worker(new URL('./refused.worker.ts', import.meta.url), { type: 'module' }),
  'newer-schema': () => new Worker(new URL('./newer.worker.ts', import.meta.url), { type: 'module' }),
}

let store: Store<typeof app> | undefined
let worker: Worker | undefined
let inSpace: SpaceId | undefined
let writing: Promise<number> = Promise.resolve(0)
let halt = new AbortController()
let notes: Awaited<ReturnType<Store<typeof app>['db']['notes']['all']>> = []
const errors: string[] = []

const opened = (): Store<typeof app> => {
  if (store === undefined) throw new Error('the store is not open')
  return store
}

window.tabsLab = {
  errors,
  get seen() {
    return notes.map(({ title }) => title)
  },
  async open(kind = 'plain') {
    store = await openStore({ schema: app, hub: null, worker: () => (worker = WORKERS[kind]()) })
    store.db.notes.watch((rows) => (notes = rows))
    return { durability: store.durability }
  },
  async space() {
    inSpace ??= (await opened().spaces())[0]?.id ?? (await opened().createSpace('Marsh')).id
    return inSpace
  },
  async write(title) {
    await opened().writeIn(await window.tabsLab.space(), (w) => w.notes.add({ title }))
    void window.saved(title)
  },
  writeOn(prefix) {
    halt = new AbortController()
    writing = writeUntil(halt.signal, prefix)
  },
  async stop() {
    halt.abort()
    return await writing
  },
  async titles() {
    const rows = await opened().db.notes.all()
    return rows.map(({ title }) => title)
  },
  type(field, text) {
    const [note] = notes
    if (note !== undefined) opened().field(note, field).input(text)
  },
  unsaved: () => (opened().unsaved.get() ?? []).map(({ text, error }) => `${error.code}: ${text}`),
  async bodies() {
    const rows = await opened().db.notes.all()
    return rows.map(({ body }) => body)
  },
  async outbox() {
    try {
      return (await opened().outbox.all()).length
    } catch (error) {
      return (error as TomboloError).code
    }
  },
  terminateWorker: () => worker?.terminate(),
  close: () => opened().close(),
}

async function writeUntil(halted: AbortSignal, prefix: string): Promise<number> {
  let slowestMs = 0
  for (let n = 1; !halted.aborted; n++) {
    const startedAt = performance.now()
    await window.tabsLab.write(`${prefix} ${n}`).catch((error: unknown) => errors.push(String(error)))
    slowestMs = Math.max(slowestMs, performance.now() - startedAt)
  }
  return slowestMs
}
