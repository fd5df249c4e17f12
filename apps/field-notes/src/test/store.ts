/** A store of this app on a disk of its own, for tests. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '@tombolo/client/node'
import { app } from '../schema.ts'
import type { FieldStore } from '../store.ts'

export interface TestStore {
  readonly store: FieldStore
  readonly end: () => Promise<void>
}

export async function openTestStore(): Promise<TestStore> {
  const directory = await mkdtemp(join(tmpdir(), 'field-notes-'))
  const store = await openStore({ schema: app, hub: null, directory })
  const end = async (): Promise<void> => {
    await store.close()
    await rm(directory, { recursive: true, force: true })
  }
  return { store, end }
}
