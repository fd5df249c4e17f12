/** Directories on a disk that syncs: measured where temporary files usually are, unless TOMBOLO_BENCH_DIR says another place. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const made: string[] = []

export function newDirectory(): string {
  const directory = mkdtempSync(join(process.env['TOMBOLO_BENCH_DIR'] ?? tmpdir(), 'tombolo-bench-'))
  made.push(directory)
  return directory
}

export function removeDirectories(): void {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true })
}
