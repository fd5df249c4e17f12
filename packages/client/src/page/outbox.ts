/**
 * The outbox for apps: waiting and refused changes, to be shown and decided one by one. Nothing leaves it without a verdict or a person's
 * decision.
 */
import type { CollectionName, Intent, Schema, SpaceId } from '@tombolo/core'
import type { ConflictItem, OutboxItem } from '../engine/port.ts'
import type { RecordIds } from './ids.ts'
import { type Live, mapLive } from './live.ts'
import type { PortClient } from './port-client.ts'
import { idOfSpace, type SpaceRef } from './types.ts'
import { collect, Draft, type WriterIn, writerInOf, type WriteWork } from './write.ts'

/** An item, or its intent. */
export type OutboxRef = Intent | { readonly intent: Intent }

const intentOf = (item: OutboxRef): Intent => (typeof item === 'string' ? item : item.intent)

/**
 * The waiting and refused changes. A change leaves only by a verdict or by its author's decision.
 * @example
 * for (const item of await store.outbox.all()) console.log(item.label, item.status, item.refused?.code)
 */
export class Outbox<S extends Schema> {
  readonly #client: PortClient
  readonly #names: readonly CollectionName<S>[]
  readonly #ids: RecordIds

  constructor(client: PortClient, names: readonly CollectionName<S>[], ids: RecordIds) {
    this.#client = client
    this.#names = names
    this.#ids = ids
  }

  /** In the order in which the person acted. */
  get live(): Live<readonly OutboxItem[]> {
    return this.#client.liveOf({ type: 'outbox' }, (event) => (event.type === 'outbox' ? event.items : undefined))
  }

  /** In the order in which the person acted. */
  async all(): Promise<readonly OutboxItem[]> {
    const { items } = await this.#client.read({ type: 'outbox' })
    return items
  }

  /**
   * Sends a refused change again unaltered.
   * @throws TomboloError `change.retry` if that cannot succeed: amend or discard it; `change.gone` when it no longer needs attention.
   */
  async retry(item: OutboxRef): Promise<void> {
    await this.#client.write({ type: 'retry', intent: intentOf(item) })
  }

  /** Discards a change. Offer `export` before. @throws TomboloError `change.offered` while its answer is awaited. */
  async discard(item: OutboxRef): Promise<void> {
    await this.#client.write({ type: 'discard', intent: intentOf(item) })
  }

  /**
   * Corrects a refused change: makes a new change from its operations and these steps, and discards the refused one.
   * @throws TomboloError as `store.write`; `change.gone` when it no longer needs attention.
   * @example
   * const refused = (await store.outbox.all()).find((item) => item.status === 'failed')
   * if (refused !== undefined) await store.outbox.amend(refused, (w) => w.notes.set(noteId, { title: 'Shorter' }))
   */
  async amend<T>(item: OutboxRef, work: WriteWork<WriterIn<S>, T>): Promise<T> {
    const draft = new Draft(this.#ids, null)
    const result = collect(work, writerInOf<S>(this.#names, draft))
    await this.#client.write({ type: 'amend', intent: intentOf(item), steps: draft.steps })
    return result
  }

  /** Everything about one change, as JSON text that a person can keep. */
  async export(item: OutboxRef): Promise<string> {
    const { json } = await this.#client.read({ type: 'export', intent: intentOf(item) })
    return json
  }

  /** Tries to send now, without waiting for the next scheduled attempt. */
  async sendNow(): Promise<void> {
    await this.#client.write({ type: 'sendNow' })
  }
}

/** The conflicts that a person has to decide: concurrent writes that no rule may choose between. */
export class Conflicts {
  readonly #client: PortClient

  constructor(client: PortClient) {
    this.#client = client
  }

  /** All of them, kept up to date while somebody subscribes. */
  get live(): Live<readonly ConflictItem[]> {
    return this.#client.liveOf({ type: 'conflicts' }, (event) => (event.type === 'conflicts' ? event.items : undefined))
  }

  /** Those of one space. */
  liveIn(space: SpaceRef): Live<readonly ConflictItem[]> {
    const id: SpaceId = idOfSpace(space)
    return mapLive(this.live, `conflicts ${id}`, (items) => items.filter((item) => item.space === id))
  }

  /** Those of one space, or all, once. */
  async all(space?: SpaceRef): Promise<readonly ConflictItem[]> {
    const { items } = await this.#client.read({ type: 'conflicts', space: space === undefined ? null : idOfSpace(space) })
    return items
  }
}
