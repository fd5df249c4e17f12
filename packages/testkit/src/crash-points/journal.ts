/** What people did, and what they were told of it: the truth that every store and the hub are judged by in the end. */
import type { Intent, RecordId, SpaceId } from '@tombolo/core'

/**
 * `saved`: the person was told that it is on disk. `refused`: told that it is not. `unknown`: the process died before they were told anything;
 * it may be there or not, but whole. `withdrawn`: they discarded it.
 */
export type Fate = 'saved' | 'refused' | 'unknown' | 'withdrawn'

/** What can be found of a save. */
export type Trace =
  /** The record is there. */
  | { readonly type: 'record'; readonly record: RecordId }
  /** One more visit. */
  | { readonly type: 'visit'; readonly record: RecordId }
  /** A word that no other save has put anywhere, once in the body. */
  | { readonly type: 'word'; readonly record: RecordId; readonly word: string }
  /** The title, until its author writes another one. */
  | { readonly type: 'title'; readonly record: RecordId; readonly title: string }
  /** The record was deleted, or taken back. */
  | { readonly type: 'life'; readonly record: RecordId; readonly isThere: boolean }
  | { readonly type: 'tag'; readonly record: RecordId; readonly tag: string }

export interface Deed {
  readonly device: string
  readonly space: SpaceId
  readonly traces: readonly Trace[]
  fate: Fate
  intent: Intent | null
}

export class Journal {
  readonly deeds: Deed[]

  constructor(deeds: readonly Deed[] = []) {
    this.deeds = deeds.map((deed) => ({ ...deed }))
  }

  add(deed: Deed): Deed {
    this.deeds.push(deed)
    return deed
  }
}
