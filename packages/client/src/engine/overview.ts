/** What every screen shows of the store: its spaces, the counts of the status, and what came of a save. Reads only, as of the last commit. */
import { type Intent, isUnanswered, SPACE_COLLECTION, type SpaceId } from '@tombolo/core'
import { isDiscarded } from './discarded.ts'
import { ownRole } from './own-role.ts'
import type { SettledOutcome, SpaceItem } from './port.ts'
import { quoted } from './sql.ts'
import type { StoreState } from './state.ts'

/** Rows `t` with an open conflict; of what is deleted, alone or with its space, nobody has to choose anything. */
export const TO_REVIEW: string = `t."$conflicts" IS NOT NULL AND t."$deleted" = 0 AND NOT EXISTS
  (SELECT 1 FROM ${quoted(SPACE_COLLECTION)} AS s WHERE s.id = t.space AND s."$deleted" = 1)`

export interface Counts {
  /** Records with unanswered changes. */
  readonly toSend: number
  /** Records with an open conflict. */
  readonly toReview: number
  readonly changes: number
  readonly needsAttention: number
  readonly oldestUnansweredAt: number | null
  readonly retainedBytes: number
}

export class Overview {
  readonly #state: StoreState

  constructor(state: StoreState) {
    this.#state = state
  }

  settled(intent: Intent): SettledOutcome {
    const change = this.#state.changes.byIntent(intent)
    if (change === undefined) return isDiscarded(this.#state, intent) ? { type: 'discarded' } : { type: 'applied', version: 0 }
    if (isUnanswered(change)) return { type: 'waiting' }
    if (change.status === 'failed')
      return { type: 'rejected', code: change.refused?.code ?? 'unknown', message: change.refused?.message ?? '' }
    return { type: 'applied', version: change.version ?? change.nextVersion ?? 0 }
  }

  /** Those that the account may not reach any more come last: nobody starts with one. */
  spaces(): SpaceItem[] {
    const names = new Map(
      this.#state.database
        .prepare('SELECT id, name, "$deleted" FROM "$space"')
        .all()
        .map((row) => [String(row['id']), row] as const),
    )
    return this.#state.spaces
      .all()
      .filter((space) => names.get(space.id)?.['$deleted'] !== 1 && (space.role !== 'none' || this.#holdsWork(space.id)))
      .map((space) => ({
        id: space.id,
        name: (names.get(space.id)?.['name'] as string | null | undefined) ?? null,
        head: space.head,
        completeAt: space.completeAt,
        role: ownRole(this.#state, space),
      }))
      .sort((a, b) => Number(a.role === 'none') - Number(b.role === 'none') || (a.id < b.id ? -1 : 1))
  }

  #holdsWork(space: SpaceId): boolean {
    const { unansweredCount, failed } = this.#state.changes.inSpace(space)
    return unansweredCount + failed.size > 0
  }

  counts(): Counts {
    const { changes } = this.#state
    const spaces = [...changes.bySpace.values()]
    return {
      toSend: changes.unsentRecords,
      toReview: this.#count(TO_REVIEW),
      changes: spaces.reduce((sum, { unansweredCount }) => sum + unansweredCount, 0),
      needsAttention: spaces.reduce((sum, { failed }) => sum + failed.size, 0),
      oldestUnansweredAt: this.#oldestUnansweredAt(),
      retainedBytes: changes.retainedBytes,
    }
  }

  /** The time of the oldest unanswered change. Few live changes before it are answered. */
  #oldestUnansweredAt(): number | null {
    for (const change of this.#state.changes.live) if (isUnanswered(change)) return change.savedAt
    return null
  }

  #count(where: string): number {
    const tables = Object.keys(this.#state.schema.collections)
    return tables.reduce(
      (sum, table) =>
        sum + Number(this.#state.database.prepare(`SELECT count(*) AS n FROM ${quoted(table)} AS t WHERE ${where}`).get()?.['n'] ?? 0),
      0,
    )
  }
}
