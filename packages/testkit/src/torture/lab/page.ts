// The page of a torture in Chromium: a store as an app has it, synced with the hub that the page came from.
import { openStore, type Store } from '@tombolo/client'
import type { SpaceId } from '@tombolo/core'
import type { Contents } from '../judge.ts'
import { app } from '../schema.ts'
import { writeOn } from '../write-on.ts'

export interface Lab {
  /** Opens the store, and writes without end. */
  write(prefix: string): Promise<void>
  /** Resolves when the last save was told. */
  halt(): Promise<void>
  /** What the page has once nothing waits to be sent any more, and it has as many lines as this. */
  contents(lines: number): Promise<Contents>
  /** What went wrong as it wrote. */
  readonly errors: readonly string[]
}

declare global {
  interface Window {
    torture: Lab
    /** The torture hears of each word that was saved. */
    saved(word: string): Promise<void>
  }
}

const errors: string[] = []
const halt = new AbortController()
let store: Store<typeof app> | undefined
let writing: Promise<void> = Promise.resolve()

const worker = (): Worker => new Worker(new URL('./store.worker.ts', import.meta.url), { type: 'module' })

async function opened(): Promise<Store<typeof app>> {
  return (store ??= await openStore({ schema: app, hub: '/sync', worker }))
}

async function spaceOf(known: Store<typeof app>): Promise<SpaceId> {
  const [space] = await known.spaces()
  return space?.id ?? (await known.createSpace('Torture')).id
}

window.torture = {
  errors,
  async write(prefix) {
    const known = await opened()
    const space = await spaceOf(known)
    writing = writeOn({
      store: known,
      space,
      prefix,
      roll: Math.random,
      pauseMs: 20,
      saved: (word) => void window.saved(word),
      sent: () => undefined,
      halted: halt.signal,
    }).catch((error: unknown) => void errors.push(String(error)))
  },
  async halt() {
    halt.abort()
    await writing
  },
  async contents(lines) {
    const known = await opened()
    for (;;) {
      const [sheets, there, open] = [await known.db.sheets.all(), await known.db.lines.all(), await known.outbox.all()]
      if (there.length >= lines && open.every(({ status }) => status === 'failed')) {
        return {
          sheets: sheets.map(({ id, body, words }) => ({ id, body, words })),
          lines: there.map(({ word }) => word),
          open: open.length,
        }
      }
      await known.outbox.sendNow()
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  },
}
