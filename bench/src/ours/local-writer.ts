/** A store without a hub, as a program on Node opens it. All that a write does on the device is in: view, outbox, clock, one flush. */
import { type NodeStoreOptions, openStore } from '@tombolo/client/node'
import type { SpaceId } from '@tombolo/core'
import { newDirectory } from '../harness/directory.ts'
import type { Note, Sighting } from '../notes.ts'
import { type App, app } from './schema.ts'

export type AppStore = Awaited<ReturnType<typeof openStore<App>>>

export class LocalWriter {
  readonly store: AppStore
  readonly space: SpaceId

  private constructor(store: AppStore, space: SpaceId) {
    this.store = store
    this.space = space
  }

  static async open(options: Partial<NodeStoreOptions<App>> = {}): Promise<LocalWriter> {
    const store = await openStore({ schema: app, hub: null, directory: newDirectory(), ...options })
    const [known] = await store.spaces()
    return new LocalWriter(store, (known ?? (await store.createSpace('Reeds'))).id)
  }

  /** One change. */
  async addSightings(list: readonly Sighting[]): Promise<void> {
    await this.store.writeIn(this.space, (w) => {
      for (const sighting of list) w.sightings.add(sighting)
    })
  }

  async addNotes(list: readonly Note[]): Promise<void> {
    await this.store.writeIn(this.space, (w) => {
      for (const note of list) w.notes.add(note)
    })
  }
}
