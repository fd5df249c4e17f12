// What of a built app's scripts runs when. The bundler's file names are no guide: what counts is what a script imports before it runs.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** SQLite's own code, which is no part of the client: its glue, and ways to run it that are not taken. */
const SQLITE = /^sqlite/
/** How a bundle says it; an import that is made later is a call. */
const STATIC_IMPORT = /\b(?:from|import)\s*["'`]\.?\/?(?:assets\/)?([\w.-]+\.js)["'`]/g

export interface FirstScripts {
  readonly page: readonly string[]
  readonly worker: readonly string[]
}

export class BuiltScripts {
  readonly #directory: string
  readonly #assets: readonly string[]

  constructor(directory: string) {
    this.#directory = directory
    this.#assets = readdirSync(join(directory, 'assets'))
  }

  /** Whatever must have run before an app can show what its store holds; SQLite's own code left out. */
  first(): FirstScripts {
    const html = readFileSync(join(this.#directory, 'index.html'), 'utf8')
    const page = this.#scripts().filter((name) => html.includes(`/${name}"`))
    return { page: this.#withImports(page), worker: this.#withImports(this.named(/^store\.worker-.*\.js$/)) }
  }

  /** Scripts that come later, or never. */
  later(): readonly string[] {
    const { page, worker } = this.first()
    return this.#scripts().filter((name) => !SQLITE.test(name) && !page.includes(name) && !worker.includes(name))
  }

  named(pattern: RegExp): readonly string[] {
    return this.#assets.filter((name) => pattern.test(name))
  }

  /** Bytes, compressed file by file, as a server sends them. */
  gzip(names: readonly string[]): number {
    return names.reduce((sum, name) => sum + gzipSync(this.#read(name), { level: 9 }).length, 0)
  }

  #scripts(): readonly string[] {
    return this.named(/\.js$/)
  }

  #withImports(names: readonly string[]): readonly string[] {
    const found = new Set<string>()
    const add = (name: string): void => {
      if (found.has(name) || SQLITE.test(name)) return
      found.add(name)
      for (const [, imported = ''] of this.#read(name).toString().matchAll(STATIC_IMPORT)) add(imported)
    }
    names.forEach(add)
    return [...found]
  }

  #read(name: string): Buffer {
    return readFileSync(join(this.#directory, this.#assets.includes(name) ? 'assets' : '.', basename(name)))
  }
}
