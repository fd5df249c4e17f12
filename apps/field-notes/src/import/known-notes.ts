/**
 * Which notes of an import are in the project already, so that an import that is repeated, or goes on after it was stopped, brings nothing
 * twice. Two rows of one sheet may well say the same: each of them is one note, and as many are known as the project had before.
 */
import type { SpaceId } from '@tombolo/core'
import { EVERY_FIELD, type FieldKey } from '../notes/fields.ts'
import type { NewNote, Note } from '../notes/note.ts'
import type { FieldStore } from '../store.ts'

export class KnownNotes {
  readonly #store: FieldStore
  readonly #project: SpaceId
  /** How many notes that say the same the project still has to match rows with. */
  readonly #left = new Map<string, number>()
  readonly #asked = new Set<string>()

  constructor(store: FieldStore, project: SpaceId) {
    this.#store = store
    this.#project = project
  }

  /** Those that the project does not have. */
  async without<T extends { readonly note: NewNote }>(batch: readonly T[]): Promise<readonly T[]> {
    await this.#learn(batch.map(({ note }) => note.title))
    return batch.filter(({ note }) => !this.#take(contentOf(note)))
  }

  /** A title is asked for once, before anything with it was written here. */
  async #learn(titles: readonly string[]): Promise<void> {
    const unknown = [...new Set(titles)].filter((title) => !this.#asked.has(title))
    if (unknown.length === 0) return
    const notes = await this.#store.db.notes.in(this.#project).where('title', 'in', unknown).all()
    for (const title of unknown) this.#asked.add(title)
    for (const note of notes) this.#left.set(contentOf(note), (this.#left.get(contentOf(note)) ?? 0) + 1)
  }

  #take(content: string): boolean {
    const left = this.#left.get(content) ?? 0
    if (left > 0) this.#left.set(content, left - 1)
    return left > 0
  }
}

/** What tells one observation from another. */
const contentOf = (note: NewNote | Note): string =>
  JSON.stringify(
    EVERY_FIELD.flatMap(([key, { identity, empty }]) => {
      const value = (note[key] ?? empty) as Note[FieldKey]
      return identity === null ? [] : [identity(value)]
    }),
  )
