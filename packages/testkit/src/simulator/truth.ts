/**
 * The ledger of truth about people: every save that was confirmed, every discard, and what no promise covers, because the only disk that
 * held it was lost or set back.
 */
import type { Intent, SpaceId } from '@tombolo/core'

export interface Save {
  readonly intent: Intent
  readonly device: string
  readonly space: SpaceId
  readonly atMs: number
}

export class Truth {
  readonly saves: Map<Intent, Save> = new Map()
  readonly discarded: Set<Intent> = new Set()
  readonly forgiven: Set<Intent> = new Set()
  /** What somebody was typing when their disk was copied: both go on with it, and the intent has two contents. */
  readonly twofold: Set<Intent> = new Set()
  /** What else two devices may have by themselves, with attempts that each counts alone. */
  readonly copied: Set<Intent> = new Set()

  saved(save: Save): void {
    // A fold of an unsealed change keeps its intent.
    if (!this.saves.has(save.intent)) this.saves.set(save.intent, save)
  }

  /** A disk that held these is gone, or older: whatever becomes of them is no broken promise. */
  forgive(intents: Iterable<Intent>): void {
    for (const intent of intents) this.forgiven.add(intent)
  }

  /** What must be somewhere. */
  *owed(): Iterable<Save> {
    for (const save of this.saves.values()) if (!this.discarded.has(save.intent) && !this.forgiven.has(save.intent)) yield save
  }
}
