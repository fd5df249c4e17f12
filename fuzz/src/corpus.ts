/**
 * The corpus: for each target a folder of inputs, each named by its hash. It keeps what once reached new code and what once was a finding,
 * so that everyone who fuzzes begins where the last one stopped, and every test run replays it.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Target } from './target.ts'

export class Corpus {
  readonly #directory: string

  constructor(root: string, { name }: Target) {
    this.#directory = join(root, name)
  }

  inputs(): readonly { readonly file: string; readonly input: Uint8Array }[] {
    if (!existsSync(this.#directory)) return []
    const files = readdirSync(this.#directory).toSorted()
    return files.map((file) => ({ file, input: Uint8Array.from(readFileSync(join(this.#directory, file))) }))
  }

  /** Returns the name of its file. */
  keep(input: Uint8Array): string {
    mkdirSync(this.#directory, { recursive: true })
    const file = createHash('sha256').update(input).digest('hex').slice(0, 16)
    writeFileSync(join(this.#directory, file), input)
    return file
  }
}
