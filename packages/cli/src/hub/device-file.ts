/** The file of devices that joined by invitation: hashes of their tokens, so that a restart of the hub signs nobody out. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { CliError } from '../cli-error.ts'

export function readDevices(path: string): readonly string[] {
  if (!existsSync(path)) return []
  const hashes: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (Array.isArray(hashes) && hashes.every((hash) => typeof hash === 'string')) return hashes
  throw new CliError('cli.devices', `${path} is not a list of devices; move it away, and sign them in again`)
}

/** Writes a new file and renames it, so that a crash leaves either the old list or the new one. */
export function writeDevices(path: string, hashes: readonly string[]): void {
  writeFileSync(`${path}.new`, JSON.stringify(hashes), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}
