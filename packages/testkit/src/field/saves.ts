/** What stores said is saved. Each stays owed to its author until the hub has applied it or its author discards it. */
import type { Intent, SpaceId } from '@tombolo/core'

export interface Save {
  readonly intent: Intent
  readonly space: SpaceId
  readonly device: string
  readonly atMs: number
  /** What the person did: `add notes`. */
  readonly what: string
}

export class Saves {
  readonly #owed = new Map<Intent, Save>()

  confirmed(save: Save): void {
    this.#owed.set(save.intent, save)
  }

  /** Their author discarded it. */
  givenUp(intent: Intent): void {
    this.#owed.delete(intent)
  }

  all(): readonly Save[] {
    return [...this.#owed.values()]
  }
}
