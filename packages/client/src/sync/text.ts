/**
 * Loads Yjs when the first text that was edited in place arrives, and not before: most stores never need it.
 *
 * Invariant: every answer of the hub passes here before it is applied. A store that has had one edited text stays marked and always loads
 * Yjs, because plain writes, too, are merged with waiting edits and with own unanswered edits.
 */
import type { Page, PushRequest, RecordPart, RecordState, TextEditor } from '@tombolo/core'
import type { LocalStore } from '../engine/local-store.ts'
import { editsText, holdsEdits } from '../engine/text-edits.ts'

const MARK = 'textEdited'

export class TextLoader {
  readonly #store: LocalStore
  readonly #load: () => Promise<TextEditor>
  #isMarked: boolean

  constructor(store: LocalStore, load: () => Promise<TextEditor>) {
    this.#store = store
    this.#load = load
    this.#isMarked = store.state.database.prepare('SELECT 1 FROM _meta WHERE key = ?').get(MARK) !== undefined
    if (!this.#isMarked && holdsEdits(store.state)) this.#mark()
  }

  /** Begins to load Yjs. What needs it and cannot have it fails by itself. */
  inAdvance(): void {
    this.#ensure().catch(() => undefined)
  }

  /** Resolves when what the hub has lost can be put back on its records. Rejects when Yjs cannot be fetched now. */
  async forLost(): Promise<void> {
    await this.#ensure()
  }

  /** Resolves when the answer to this push can be applied. Rejects when Yjs cannot be fetched now. */
  async forPush(request: PushRequest): Promise<void> {
    if (request.changes.some(({ content }) => editsText(content))) this.#mark()
    await this.#ensure()
  }

  /** Resolves when this page can be applied. Rejects when Yjs cannot be fetched now. */
  async forPage({ body }: Page): Promise<void> {
    if (body.type === 'records') return this.forRecords(body.records)
    if (body.entries.some(({ content }) => content !== null && editsText(content))) this.#mark()
    await this.#ensure()
  }

  /** Resolves when these records can be taken. Rejects when Yjs cannot be fetched now. */
  async forRecords(records: readonly RecordPart[]): Promise<void> {
    if (records.some(({ record }) => record !== null && holdsDocuments(record))) this.#mark()
    await this.#ensure()
  }

  async #ensure(): Promise<void> {
    if (!this.#isMarked || this.#store.state.text !== null) return
    const text = await this.#load()
    if (this.#store.state.text === null) this.#store.useText(text)
  }

  #mark(): void {
    if (this.#isMarked) return
    this.#store.state.write(MARK, 1)
    this.#isMarked = true
  }
}

const holdsDocuments = ({ fields }: RecordState): boolean =>
  Object.values(fields).some(
    (field) => field.kind === 'register' && (field.waiting !== undefined || field.entries.some(({ document }) => document !== undefined)),
  )
