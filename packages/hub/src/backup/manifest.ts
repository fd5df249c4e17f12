/**
 * A backup is a directory with two files: the database as it was at one moment, and a manifest that says what it is and how to tell whether
 * it is whole. The heads of its spaces are in the database.
 */
import { hmac128With } from '../crypto/keys.ts'

export const DATABASE_FILE = 'hub.sqlite'
export const MANIFEST_FILE = 'manifest.json'

/** What a backup is. */
export interface Manifest {
  readonly format: 1
  /** When it was made, in milliseconds since 1970; greater than that of every backup that was there. */
  readonly madeMs: number
  /** The identity of the history that it is a copy of. */
  readonly epoch: string
  readonly storageVersion: number
  /** The version of the app's schema; null if no hub has started on the database yet. */
  readonly schemaVersion: number | null
  readonly spaces: number
  /** The sum of the heads of all spaces. */
  readonly changes: number
  /** Of the database. */
  readonly bytes: number
  readonly sha256: string
  /** Names the hub's key without telling it: receipts and cursors are valid with this key only. */
  readonly key: string
}

export const keyName = (key: Uint8Array): string => hmac128With(key)('tombolo backup')

/** Null if this is no manifest, or one of a format that this version does not know. */
export function parseManifest(text: string): Manifest | null {
  try {
    const value: unknown = JSON.parse(text)
    return isManifest(value) ? value : null
  } catch {
    return null
  }
}

const NUMBERS = ['madeMs', 'storageVersion', 'spaces', 'changes', 'bytes'] as const
const TEXTS = ['epoch', 'sha256', 'key'] as const

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== 'object' || value === null) return false
  const members = value as Readonly<Record<string, unknown>>
  const { format, schemaVersion } = members
  if (format !== 1 || (schemaVersion !== null && !Number.isSafeInteger(schemaVersion))) return false
  return NUMBERS.every((name) => Number.isSafeInteger(members[name])) && TEXTS.every((name) => typeof members[name] === 'string')
}
