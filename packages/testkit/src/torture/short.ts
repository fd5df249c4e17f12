/** What `npm test` runs of the torture: each kind of it, for a short while. `npm run torture` runs it in full. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildPrograms, type Programs } from './programs.ts'

export interface Torture {
  readonly directory: string
  readonly programs: Programs
  readonly seed: number
  readonly tell: () => void
}

/** Runs one kind of torture. The folder is left for whoever looks into a failure. */
export async function tortured<T>(run: (torture: Torture) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'tombolo-torture-'))
  const programs = await buildPrograms()
  try {
    const result = await run({ directory, programs, seed: 1, tell: () => undefined })
    rmSync(directory, { recursive: true })
    return result
  } finally {
    await programs.remove()
  }
}

/** A real process may be as slow as the machine is busy. */
export const PATIENCE_MS: number = 20 * 60_000
