/** The store, through the entry that apps use. */
import { openStore } from '@tombolo/client'
import type { RecordId } from '@tombolo/core'
import { app } from '../../src/ours/schema.ts'
import type { Side } from './side.ts'

const LIMIT = 100

export interface OurSide extends Side {
  /** Resolves when the hub's notes are all here. */
  received(count: number): Promise<void>
  close(): Promise<void>
}

const worker = (): Worker => new Worker(new URL('./store.worker.ts', import.meta.url), { type: 'module' })

/** `token`: null for a store that stays by itself. */
export async function openOurs(token: string | null): Promise<OurSide> {
  const store = await openStore({ schema: app, hub: token === null ? null : '/sync', worker, token: () => token })
  const space = (await store.spaces())[0] ?? (await store.createSpace('Reeds'))
  const notes = store.db.notes
  return {
    lock: 'tombolo:store',
    add: (note) => store.writeIn(space, (w) => w.notes.add(note)),
    get: (id) => notes.get(id as RecordId),
    newest: (site) => notes.in(space).where({ site }).orderBy('at', 'desc').limit(LIMIT).all(),
    ids: async () => (await notes.all()).map(({ id }) => id),
    close: () => store.close(),
    received: (count) =>
      new Promise((resolve) => {
        const look = async (): Promise<void> => {
          if ((await notes.count()) >= count) resolve()
          else setTimeout(() => void look(), LOOK_EVERY_MS)
        }
        void look()
      }),
  }
}

const LOOK_EVERY_MS = 250
