/**
 * What is simulated: an app, as devices and hub have it, and what people do with it. Everything else in this folder knows no schema.
 *
 * There are two releases of it, an older one and the newest, which are the same where nothing is upgraded.
 */
import type { RecordId, SchemaDefinition, SpaceId } from '@tombolo/core'
import type { Disk } from './device/disk.ts'
import type { Dice } from './random.ts'

/** 2 is the newest. */
export type Release = 1 | 2

export interface App {
  readonly device: Readonly<Record<Release, SchemaDefinition>>
  /** The hub may refuse more than devices do, as when an app was tightened on the server first. */
  readonly hub: Readonly<Record<Release, SchemaDefinition>>
  /** Whether the releases differ. */
  readonly isUpgraded: boolean
  /** What somebody has before them who looks at a space. */
  readonly look: (view: View) => Screen
  /** Steps that put another value in the place of one that was refused; none where nobody would know which. */
  readonly correct: (doing: Doing, refused: Refused) => readonly object[]
  /** A step that adds a record which nobody refuses. */
  readonly sign: (doing: Doing) => SignStep
  /** The names in the newest release of fields that had another one: `notes title` → `heading`. */
  readonly renamed: Readonly<Record<string, string>>
  /** The words in which the hub refuses what devices allow. */
  readonly planted: string
  /** What a disk shows that is half of a change, in words; null: nothing. */
  readonly torn: (query: Disk['query']) => string | null
}

export interface View {
  readonly space: SpaceId
  readonly release: Release
  readonly query: Disk['query']
}

/** It may be old when somebody acts on it: others write meanwhile. */
export interface Screen {
  readonly space: SpaceId
  readonly act: (doing: Doing) => Deed
}

export interface Doing {
  readonly dice: Dice
  /** A word that nobody has written before. */
  readonly word: () => string
  readonly newRecord: () => RecordId
  readonly release: Release
  readonly query: Disk['query']
}

/** What somebody does. Without steps it is nothing. */
export interface Deed {
  readonly name: string
  readonly steps: readonly object[]
}

export interface Refused {
  readonly collection: string
  readonly record: RecordId
  /** Null where the refusal names none. */
  readonly field: string | null
}

export interface SignStep {
  readonly type: 'add'
  readonly collection: string
  readonly record: RecordId
  readonly values: object
}
