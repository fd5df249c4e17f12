/** The directory of backups: which there are, and which go when there are too many. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Manifest, MANIFEST_FILE, parseManifest } from './manifest.ts'

/** A backup on the shelf. */
export interface ShelvedBackup {
  readonly path: string
  readonly manifest: Manifest
}

/** What is being written or removed has this ending. */
export const PART = '.part'
/** A part that is older than this belongs to a run that ended in the middle. */
const PART_KEPT_MS = 24 * 60 * 60 * 1000

/** The backups in a directory, the oldest first. What has no manifest that can be read cannot be restored, and is left out. */
export function listBackups(directory: string): readonly ShelvedBackup[] {
  if (!existsSync(directory)) return []
  const names = readdirSync(directory).filter((name) => !name.endsWith(PART))
  return names.flatMap((name) => shelved(join(directory, name))).sort((a, b) => a.manifest.madeMs - b.manifest.madeMs)
}

export function readManifest(backup: string): Manifest | null {
  const path = join(backup, MANIFEST_FILE)
  return existsSync(path) ? parseManifest(readFileSync(path, 'utf8')) : null
}

/** Makes the directory, and clears away what runs that were cut off have left in it. */
export function tidyShelf(directory: string, nowMs: number): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  for (const name of readdirSync(directory)) {
    const path = join(directory, name)
    if (name.endsWith(PART) && statSync(path).mtimeMs < nowMs - PART_KEPT_MS) rmSync(path, { recursive: true })
  }
}

/** Removes the oldest backups until so many are left. Each loses its name first, so that none is seen in part. */
export function keepNewest(directory: string, keep: number): void {
  const backups = listBackups(directory)
  for (const { path } of backups.slice(0, Math.max(0, backups.length - keep))) {
    renameSync(path, path + PART)
    rmSync(path + PART, { recursive: true })
  }
}

function shelved(path: string): readonly ShelvedBackup[] {
  const manifest = readManifest(path)
  return manifest === null ? [] : [{ path, manifest }]
}
