/**
 * Takes a download step by step: keeps its lines apart, and brings all of them back in one transaction, or nothing (bring-back.ts).
 *
 *   begin: may it come back at all? ──► lines … each read ──► finish: into the store | drop
 */
import { err, ok, type Refusal, type Result } from '@tombolo/core'
import type { LocalStore } from '../local-store.ts'
import type { StoreState } from '../state.ts'
import { editsText } from '../text-edits.ts'
import { bringBack } from './bring-back.ts'
import { readChangeLine } from './change-line.ts'
import { readHistoryLine } from './history-line.ts'
import { Damaged } from './line.ts'
import { collectionOfPart, HISTORY, NEWER_RECORDS, OUTBOX, RETAINED, SPACES } from './parts.ts'
import type { Imported, ImportOrigin, ImportStep } from './port.ts'
import { readNewerRecordLine, readRecordLine } from './record-line.ts'
import { readSpaceLine } from './space-line.ts'
import { Staging } from './staging.ts'

export class Importer {
  readonly #store: LocalStore
  readonly #staging: Staging

  constructor(store: LocalStore) {
    this.#store = store
    this.#staging = new Staging(store.state.database)
  }

  /** @returns what came back, after the last step. */
  take(id: string, step: ImportStep): Result<Imported | null, Refusal> {
    return this.#store.state.attempt(() => {
      // Whatever is refused from here on undoes the whole step.
      this.#store.state.touchSpaces()
      try {
        return this.#take(id, step)
      } catch (error) {
        if (error instanceof Damaged) return err({ code: 'import.damaged', message: `This download is damaged: ${error.message}.` })
        throw error
      }
    })
  }

  /** Whether a staged change edits a text in place, so that finishing takes a text editor. */
  editsText(): boolean {
    for (const part of [OUTBOX, RETAINED])
      for (const line of this.#staging.lines(part)) if (editsText(readChangeLine(line).content)) return true
    return false
  }

  #take(id: string, step: ImportStep): Result<Imported | null, Refusal> {
    if (step.type === 'begin') return this.#begin(id, step.origin)
    const staged = this.#staging.find(id)
    if (staged === undefined) return err(INTERRUPTED)
    switch (step.type) {
      case 'lines':
        if (isRead(step.part, step.lines)) this.#staging.put(step.part, step.from, step.lines)
        return ok(null)
      case 'finish': {
        if (staged.imported !== null) return ok(staged.imported)
        const imported = bringBack(this.#store, this.#staging, staged.origin)
        this.#staging.finish(staged, imported)
        return ok(imported)
      }
      case 'drop':
        this.#staging.clear()
        return ok(null)
    }
  }

  #begin(id: string, origin: ImportOrigin): Result<null, Refusal> {
    const refusal = refusalOf(this.#store.state, origin)
    if (refusal !== null) return err(refusal)
    this.#staging.begin(id, origin)
    return ok(null)
  }
}

function refusalOf({ schema, account }: StoreState, origin: ImportOrigin): Refusal | null {
  if (origin.account !== null && account !== '' && origin.account !== account)
    return { code: 'import.account', message: `This download belongs to ${origin.account}, and this store to ${account}.` }
  if (origin.schema.version > schema.version)
    return { code: 'import.newer', message: 'This download was made by a newer version of the app.' }
  if (origin.schema.version === schema.version && origin.schema.fingerprint !== schema.fingerprint)
    return { code: 'import.schema', message: 'This download was made by another app, or by one that was built otherwise.' }
  return null
}

const INTERRUPTED: Refusal = { code: 'import.interrupted', message: 'Bringing back was interrupted. Nothing was changed.' }

const READERS: ReadonlyMap<string, (line: string) => unknown> = new Map<string, (line: string) => unknown>([
  [SPACES, readSpaceLine],
  [NEWER_RECORDS, readNewerRecordLine],
  [OUTBOX, readChangeLine],
  [RETAINED, readChangeLine],
  [HISTORY, readHistoryLine],
])

/** Whether this version of the format has such a part; what only a later one has is left alone. @throws Damaged */
function isRead(part: string, lines: readonly string[]): boolean {
  const collection = collectionOfPart(part)
  const read = collection === null ? READERS.get(part) : (line: string) => readRecordLine(collection, line)
  if (read === undefined) return false
  for (const line of lines) read(line)
  return true
}
