/**
 * Writes, as an app expresses them. A writer only collects steps. They are sent as one batch when its function returns, and become one
 * change of one space, saved completely or not at all.
 *
 *   store.write(w => w.notes.set(note, { title }))                     records are named by their rows, which carry their space
 *   store.writeIn(project, w => w.notes.set(noteId, { title }))        the space is named once, records by their ids
 */
import type {
  CollectionName,
  ConflictId,
  ElementOf,
  FieldName,
  Json,
  NewRecord,
  PatchOf,
  RecordId,
  RowOf,
  Schema,
  SpaceId,
} from '@tombolo/core'
import type { RecordStep } from '../engine/port.ts'
import { Misuse } from './errors.ts'
import type { RecordIds } from './ids.ts'
import { idOfSpace, type RecordRef, type SpaceRef } from './types.ts'

/** The options of a step. */
export interface StepOptions {
  /** A row's `$version`: the whole write is refused with `Changed` if the record has changed since the person saw it. */
  readonly ifUnchanged?: string
}

/** The steps of one write, all in one space. */
export class Draft {
  readonly steps: RecordStep[] = []
  readonly #ids: RecordIds
  #space: SpaceId | null

  constructor(ids: RecordIds, space: SpaceId | null) {
    this.#ids = ids
    this.#space = space
  }

  /** The space of the steps; null before the first step. */
  get space(): SpaceId | null {
    return this.#space
  }

  mintId(): RecordId {
    return this.#ids.mint()
  }

  /** @throws Misuse `write.manySpaces` if an earlier step named another space. */
  enter(space: SpaceId): void {
    this.#space ??= space
    if (this.#space !== space) throw new Misuse('write.manySpaces', 'This write concerns records of two spaces.')
  }

  take(step: RecordStep, ifUnchanged: string | undefined): void {
    this.steps.push(ifUnchanged === undefined ? step : { ...step, ifUnchanged })
  }
}

/** The steps on a record, common to both ways of naming it. */
abstract class RecordWriter<S extends Schema, N extends CollectionName<S>, Target> {
  protected readonly draft: Draft
  protected readonly collection: N

  constructor(draft: Draft, collection: N) {
    this.draft = draft
    this.collection = collection
  }

  protected abstract idOf(target: Target): RecordId

  /** Writes whole values to some fields: null clears an optional one, a group may be given in part. */
  set(target: Target, patch: PatchOf<S, N>, options?: StepOptions): void {
    this.draft.take({ type: 'set', ...this.#on(target), values: withoutUndefined(patch) }, options?.ifUnchanged)
  }

  /** Edits a text in place, given the text on the screen and the edited text. What others wrote in the meantime stays. */
  edit(
    target: Target,
    field: FieldName<S, N, 'text'>,
    { from, to }: { readonly from: string; readonly to: string },
    options?: StepOptions,
  ): void {
    this.draft.take({ type: 'edit', ...this.#on(target), field, from, to }, options?.ifUnchanged)
  }

  /** Adds to a counter; every increment counts. */
  increment(target: Target, field: FieldName<S, N, 'counter'>, by = 1, options?: StepOptions): void {
    this.draft.take({ type: 'increment', ...this.#on(target), field, by }, options?.ifUnchanged)
  }

  /**
   * Adds an element to a set. It survives a removal by somebody who had not seen it.
   * @example await store.write((w) => w.notes.addTo(note, 'tags', 'wader'))
   */
  addTo<K extends FieldName<S, N, 'set'>>(target: Target, field: K, element: ElementOf<S, N, K>, options?: StepOptions): void {
    this.draft.take({ type: 'addTo', ...this.#on(target), field, element: element as Json }, options?.ifUnchanged)
  }

  /**
   * Removes an element from a set. An add that this device has not seen survives.
   * @example await store.write((w) => w.notes.removeFrom(note, 'tags', 'wader'))
   */
  removeFrom<K extends FieldName<S, N, 'set'>>(target: Target, field: K, element: ElementOf<S, N, K>, options?: StepOptions): void {
    this.draft.take({ type: 'removeFrom', ...this.#on(target), field, element: element as Json }, options?.ifUnchanged)
  }

  /** Deletes a record. What others write meanwhile is decided by the collection's `onDelete`; `restore` takes it back. */
  delete(target: Target, options?: StepOptions): void {
    this.draft.take({ type: 'delete', ...this.#on(target) }, options?.ifUnchanged)
  }

  /** Restores a deleted record, even if another person deleted it. */
  restore(target: Target): void {
    this.draft.take({ type: 'restore', ...this.#on(target) }, undefined)
  }

  /** Decides a conflict (`store.conflicts`): with one of its values, or another. */
  resolve<K extends FieldName<S, N, 'register' | 'group' | 'text'>>(
    target: Target,
    field: K,
    conflict: ConflictId,
    value: ValueOf<S, N, K>,
  ): void {
    this.draft.take({ type: 'resolve', ...this.#on(target), field, conflict, value: value as Json }, undefined)
  }

  #on(target: Target): { readonly collection: N; readonly record: RecordId } {
    return { collection: this.collection, record: this.idOf(target) }
  }
}

type ValueOf<S extends Schema, N extends CollectionName<S>, K> = K extends keyof RowOf<S, N> ? RowOf<S, N>[K] : never

/** A collection in `store.write`: records are named by their rows. */
export class CollectionWriter<S extends Schema, N extends CollectionName<S>> extends RecordWriter<S, N, RecordRef> {
  /** Adds a record to a space; gives its id at once. */
  add(space: SpaceRef, values: NewRecord<S, N>): RecordId {
    this.draft.enter(idOfSpace(space))
    return addRecord(this.draft, this.collection, values)
  }

  protected override idOf(target: RecordRef): RecordId {
    if (typeof target !== 'object' || typeof target.space !== 'string')
      throw new Misuse('write.noSpace', 'A record is named without its space.')
    this.draft.enter(target.space)
    return target.id
  }
}

/** A collection in `store.writeIn`: an id is enough. */
export class CollectionWriterIn<S extends Schema, N extends CollectionName<S>> extends RecordWriter<S, N, RecordId | RecordRef> {
  /** Adds a record; gives its id at once. */
  add(values: NewRecord<S, N>): RecordId {
    return addRecord(this.draft, this.collection, values)
  }

  protected override idOf(target: RecordId | RecordRef): RecordId {
    if (typeof target === 'string') return target
    this.draft.enter(target.space)
    return target.id
  }
}

function addRecord(draft: Draft, collection: string, values: object): RecordId {
  const record = draft.mintId()
  draft.take({ type: 'add', collection, record, values: withoutUndefined(values) }, undefined)
  return record
}

/** Removes keys whose value is undefined: they mean nothing, and not every port keeps them. */
export function withoutUndefined(values: object): Readonly<Record<string, Json>> {
  const given = values as Readonly<Record<string, Json | undefined>>
  for (const field in given) {
    if (given[field] === undefined)
      return Object.fromEntries(Object.entries(given).filter((entry): entry is [string, Json] => entry[1] !== undefined))
  }
  return given as Readonly<Record<string, Json>>
}

/** A writer for each collection; records are named by their rows. */
export type Writer<S extends Schema> = { readonly [N in CollectionName<S>]: CollectionWriter<S, N> }
/** A writer for each collection of one space; ids are enough. */
export type WriterIn<S extends Schema> = { readonly [N in CollectionName<S>]: CollectionWriterIn<S, N> }

/** The function of a write, which must be synchronous. For an async function this is a type that nothing fits. */
export type WriteWork<W, T> = ((writer: W) => T) &
  (Extract<T, PromiseLike<unknown>> extends never ? unknown : 'A write is said at once: await before it or after it, not in it.')

/** Runs `work` to collect its steps. @throws Misuse `write.async`, `write.manySpaces`, `write.noSpace` */
export function collect<W, T>(work: WriteWork<W, T>, writer: W): T {
  const result = work(writer)
  if (result instanceof Promise) throw new Misuse('write.async', 'The function of a write returned a promise.')
  return result
}

export function writerOf<S extends Schema>(names: readonly CollectionName<S>[], draft: Draft): Writer<S> {
  const writers: Record<string, unknown> = {}
  for (const name of names) writers[name] = new CollectionWriter(draft, name)
  return writers as Writer<S>
}

export function writerInOf<S extends Schema>(names: readonly CollectionName<S>[], draft: Draft): WriterIn<S> {
  const writers: Record<string, unknown> = {}
  for (const name of names) writers[name] = new CollectionWriterIn(draft, name)
  return writers as WriterIn<S>
}
