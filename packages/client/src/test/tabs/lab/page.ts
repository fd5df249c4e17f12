// The page of the tabs lab: a store as an app has it, and what a test asks of it.
import { openStore } from '../../../index.ts'
import { app } from './schema.ts'

export type TestStore = Awaited<ReturnType<typeof open>>

declare global {
  interface Window {
    openLab: typeof open
    store: TestStore
  }
}

const open = async (hub: string | null = null) =>
  await openStore({ schema: app, hub, worker: () => new Worker(new URL('./store.worker.ts', import.meta.url), { type: 'module' }) })

window.openLab = open
