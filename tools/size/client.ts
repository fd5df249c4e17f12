// What the client adds to an app: the smallest app there is, built as apps are, with its page, its store worker and what they load later.
// SQLite's wasm and glue are counted apart. Bytes are gzip. The packages are measured as they are built.
import { rm } from 'node:fs/promises'
import { buildSite } from '../browser/site.ts'
import { BuiltScripts } from './built-scripts.ts'

export interface ClientSize {
  readonly page: number
  readonly worker: number
  /** Sync, which comes when the store is open. */
  readonly sync: number
  /** Comes when a text is edited in place. */
  readonly yjs: number
  /** Comes when records are compared with the hub's, once a day. */
  readonly checks: number
  /** Comes when any of it is needed: lists, repair, upgrades, downloads, rescue. */
  readonly seldom: number
  /** The page's half of a download, with its zip library: comes when everything is downloaded or brought back. */
  readonly zip: number
  /** SQLite's wasm and glue, which are not the client's. */
  readonly sqlite: number
}

/** With what it shares with other parts that are seldom needed, and with no other. */
const YJS = /^(?:yjs|base64|text-diff)-/
/** What it shares with sync is sync's. */
const CHECKS = /^check-/
const SELDOM = /^seldom-/
/** The zip library loads its own reader. */
const ZIP = /^(?:downloads|zip-reader)-/
/** All that an app seldom needs; the rest of what comes later is sync. */
const RARE: readonly RegExp[] = [YJS, CHECKS, SELDOM, ZIP]

export async function clientSize(): Promise<ClientSize> {
  const directory = await buildSite(new URL('./smallest-app/', import.meta.url), { built: true })
  try {
    const scripts = new BuiltScripts(directory)
    const { page, worker } = scripts.first()
    const later = scripts.later()
    return {
      page: scripts.gzip(page),
      worker: scripts.gzip(worker),
      sync: scripts.gzip(later.filter((name) => !RARE.some((rare) => rare.test(name)))),
      yjs: scripts.gzip(later.filter((name) => YJS.test(name))),
      checks: scripts.gzip(later.filter((name) => CHECKS.test(name))),
      seldom: scripts.gzip(later.filter((name) => SELDOM.test(name))),
      zip: scripts.gzip(later.filter((name) => ZIP.test(name))),
      sqlite: scripts.gzip([...scripts.named(/^sqlite-.*\.js$/), ...scripts.named(/\.wasm$/)]),
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
