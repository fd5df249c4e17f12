/**
 * Remembers applied batches, so that a batch asked for again changes nothing and gets the same answer. A page asks again if its leader went
 * away before answering.
 *
 * The id of a write is stored in the row of its change, which is written anyway. Other batches are rare and have rows of their own. The
 * newest of both are held in memory: a page asks again within moments.
 */
import type { Intent } from '@tombolo/core'
import type { Database } from '../storage/port.ts'
import type { OwnChange } from './own-change.ts'
import type { WriteAnswer } from './port.ts'
import { storedJson } from './stored-json.ts'

/** An applied batch and its answer. */
export interface KeptOperation {
  readonly id: string
  readonly answer: WriteAnswer
  readonly at: number
}

const KEPT_MS = 24 * 60 * 60 * 1000
const KNOWN_MAX = 2000
/** How many batch ids an unsealed change keeps as further writes fold into it. */
const ASKED_MAX = 16

export class OperationLog {
  readonly #database: Database
  /** The newest come last. */
  readonly #known = new Map<string, KeptOperation>()

  constructor(database: Database) {
    this.#database = database
    const changes = database.prepare('SELECT seq, intent, saved_at, asked FROM _change ORDER BY seq DESC LIMIT ?').all(KNOWN_MAX)
    for (const row of changes.reverse()) {
      const answer = answerOf({ seq: Number(row['seq']), intent: row['intent'] as Intent })
      for (const id of idsIn(row['asked'] as string | null)) this.know(id, answer, Number(row['saved_at']))
    }
    for (const row of database.prepare('SELECT id, answer, at FROM _operation ORDER BY at').all()) {
      this.know(String(row['id']), storedJson(String(row['answer'])) as WriteAnswer, Number(row['at']))
    }
  }

  find(id: string): WriteAnswer | undefined {
    return this.#known.get(id)?.answer
  }

  /** Remembers a batch whose id is stored in its change. */
  know(id: string, answer: WriteAnswer, at: number): void {
    this.#known.set(id, { id, answer, at })
    const [oldest] = this.#known.keys()
    if (this.#known.size > KNOWN_MAX && oldest !== undefined) this.#known.delete(oldest)
  }

  /** Stores a batch that no change records. */
  keep(id: string, answer: WriteAnswer, at: number): void {
    this.know(id, answer, at)
    this.#database
      .prepare('INSERT INTO _operation (id, answer, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
      .run(id, JSON.stringify(answer), at)
    this.#database.prepare('DELETE FROM _operation WHERE at < ?').run(at - KEPT_MS)
  }

  /** Remembers the batches that wrote a change which came back from elsewhere. */
  recall(change: OwnChange): void {
    for (const id of idsIn(change.asked)) this.know(id, answerOf(change), change.savedAt)
  }

  /** Keeps the batch ids of a change that is about to be deleted. */
  outlive(change: OwnChange, at: number): void {
    for (const id of idsIn(change.asked)) this.keep(id, answerOf(change), at)
  }

  /** The batches remembered in memory since a time of the device's clock. */
  since(atMs: number): KeptOperation[] {
    return [...this.#known.values()].filter(({ at }) => at >= atMs)
  }
}

const answerOf = ({ intent, seq }: Pick<OwnChange, 'intent' | 'seq'>): WriteAnswer => ({ ok: true, intent, seq })

const idsIn = (asked: string | null): readonly string[] => (asked === null ? [] : asked.split(' '))

/** Adds an id to the batch ids of a change. */
export function withAsked(asked: string | null, id: string | undefined): string | null {
  if (id === undefined || id === '') return asked
  return asked === null ? id : [...idsIn(asked).slice(1 - ASKED_MAX), id].join(' ')
}
