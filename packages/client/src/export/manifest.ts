/** `manifest.json` of a download: what it is of, and the size and hash of each part (docs/spec/export.md). */
import { err, type FieldDescription, ok, type Result } from '@tombolo/core'
import type { ImportOrigin, SnapshotHead } from '../engine/export/port.ts'

export const FORMAT = 'tombolo-export'
/** Raised when a reader of the version before would misread a download. */
export const FORMAT_VERSION = 1
export const MANIFEST = 'manifest.json'
export const README = 'README.txt'

/** What a download may hold, so that one that lies about itself cannot fill a device. */
export const PARTS_MAX = 1000
export const MANIFEST_BYTES_MAX: number = 4 * 1024 * 1024
export const TOTAL_BYTES_MAX: number = 4 * 1024 * 1024 * 1024
/** A line holds a record, or a change of at most 16 MiB. */
export const LINE_CHARACTERS_MAX: number = 64 * 1024 * 1024

/** One file of lines. `bytes`: unpacked; `sha256`: 64 hexadecimal digits, of what is unpacked. */
export interface PartSummary {
  readonly name: string
  readonly lines: number
  readonly bytes: number
  readonly sha256: string
}

export interface Manifest {
  readonly origin: ImportOrigin
  readonly parts: readonly PartSummary[]
}

export function manifestText(head: SnapshotHead, parts: readonly PartSummary[]): string {
  const { takenAt, account, replica, epoch, clockOffsetMs, schema, fields } = head
  const described = { ...schema, fields: fields satisfies readonly FieldDescription[] }
  const manifest = {
    format: FORMAT,
    version: FORMAT_VERSION,
    takenAt: new Date(takenAt).toISOString(),
    account,
    replica,
    epoch,
    clockOffsetMs,
    schema: described,
    parts,
  }
  return `${JSON.stringify(manifest, null, 2)}\n`
}

export type ManifestFault = 'import.format' | 'import.newer' | 'import.damaged' | 'import.tooLarge'

/** Reads a manifest of whatever origin. */
export function readManifest(text: string): Result<Manifest, ManifestFault> {
  const value = jsonOf(text)
  if (!isObject(value) || value['format'] !== FORMAT) return err('import.format')
  const { version, account, epoch, schema, parts } = value
  if (!isCount(version)) return err('import.damaged')
  if (version > FORMAT_VERSION) return err('import.newer')
  if (!isTextOrNull(account) || !isTextOrNull(epoch) || !isSchema(schema) || !Array.isArray(parts)) return err('import.damaged')
  if (!parts.every(isPartSummary) || new Set(parts.map(({ name }) => name)).size < parts.length) return err('import.damaged')
  if (parts.length > PARTS_MAX || parts.reduce((sum, { bytes }) => sum + bytes, 0) > TOTAL_BYTES_MAX) return err('import.tooLarge')
  const { version: schemaVersion, fingerprint } = schema
  return ok({ origin: { account, epoch, schema: { version: schemaVersion, fingerprint } }, parts })
}

type JsonObject = Readonly<Record<string, unknown>>

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
const isTextOrNull = (value: unknown): value is string | null => value === null || (typeof value === 'string' && value !== '')

const isSchema = (value: unknown): value is ImportOrigin['schema'] =>
  isObject(value) && isCount(value['version']) && value['version'] > 0 && typeof value['fingerprint'] === 'string'

const isPartSummary = (value: unknown): value is PartSummary =>
  isObject(value) &&
  typeof value['name'] === 'string' &&
  isCount(value['lines']) &&
  isCount(value['bytes']) &&
  typeof value['sha256'] === 'string' &&
  /^[0-9a-f]{64}$/.test(value['sha256'])
