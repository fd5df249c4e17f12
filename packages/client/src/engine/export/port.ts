/** What crosses the port for a download of the whole store, and for bringing one back (docs/spec/export.md). */
import type { Epoch, FieldDescription, ReplicaId, SchemaIdentity } from '@tombolo/core'

/** What a download says of the store that it is of. `takenAt`: milliseconds since 1970, by the device's clock. */
export interface SnapshotHead {
  readonly takenAt: number
  /** Null: nobody has signed in yet. */
  readonly account: string | null
  readonly replica: ReplicaId
  readonly epoch: Epoch | null
  readonly clockOffsetMs: number | null
  readonly schema: SchemaIdentity
  readonly fields: readonly FieldDescription[]
  /** The names of its parts, in their order. */
  readonly parts: readonly string[]
}

/** Some lines of a part of a snapshot. `next`: where the next page goes on; null after the last one. */
export interface SnapshotPage {
  readonly lines: readonly string[]
  readonly next: readonly (string | number)[] | null
}

/** The steps of bringing back a download: its origin, its lines part by part, and the decision about all of them. */
export type ImportStep =
  | { readonly type: 'begin'; readonly origin: ImportOrigin }
  /** `from`: how many lines of the part came before. */
  | { readonly type: 'lines'; readonly part: string; readonly from: number; readonly lines: readonly string[] }
  | { readonly type: 'finish' | 'drop' }

/** The store that a download is of. */
export type ImportOrigin = Pick<SnapshotHead, 'account' | 'epoch' | 'schema'>

/** What a download brought back. */
export interface Imported {
  /** Spaces that this device lacked, and their records. */
  readonly spaces: number
  readonly records: number
  /** Changes that wait to be sent, or were refused. */
  readonly changes: number
  /** Changes that this device had already. */
  readonly known: number
}
