/**
 * Reads the whole store for a download, as it was when the snapshot was taken. One snapshot at a time: taking another ends the one before,
 * and a leader that takes over has none. Whoever reads a snapshot that has ended is told so, and begins again.
 */
import { describeSchema } from '@tombolo/core'
import { linkAll } from '../chain.ts'
import type { LocalStore } from '../local-store.ts'
import type { SnapshotHead, SnapshotPage } from './port.ts'
import { type Part, partsOf } from './parts.ts'
import { Snapshot } from './snapshot.ts'

/** A page has at least one line, and ends soon after this many characters. */
const PAGE_CHARACTERS = 256 * 1024
/** Rows that are in memory at once: one of them may hold megabytes. */
const ROWS_AT_ONCE = 16
/** A snapshot that nobody has read for so long is given up: its page has gone, and each further write would keep a row for it. */
const IDLE_MS = 10 * 60 * 1000

export class ExportInterrupted extends Error {
  override readonly name = 'ExportInterrupted'
  readonly code = 'export.interrupted'

  constructor() {
    super('The download was interrupted: another tab took over the store, or made a download of its own.')
  }
}

interface Taken {
  readonly id: string
  readonly head: SnapshotHead
  readonly snapshot: Snapshot
  readonly parts: ReadonlyMap<string, Part>
  readonly stopListening: () => void
  readAtMs: number
}

export class Exporter {
  readonly #store: LocalStore
  #taken: Taken | null = null

  constructor(store: LocalStore) {
    this.#store = store
  }

  /** Takes the snapshot, once for an id. What is unsealed is sealed first: a copy of it must keep its bytes. */
  take(id: string): SnapshotHead {
    if (this.#taken?.id === id) return this.#taken.head
    if (this.#taken !== null) this.#end(this.#taken)
    const { state } = this.#store
    const parts = partsOf(state.schema)
    const head = this.#head(parts)
    const tables = [...new Map(parts.map(({ table }) => [table.name, table])).values()]
    const snapshot = state.transact(() => {
      this.#seal()
      return new Snapshot(state.database, tables)
    })
    const stopListening = state.onCommit(() => this.#endIfIdle())
    const byName = new Map(parts.map((part) => [part.name, part]))
    this.#taken = { id, head, snapshot, parts: byName, stopListening, readAtMs: state.ports.nowMs() }
    return head
  }

  /** The lines after a page's `next`, of one part. @throws ExportInterrupted */
  page(id: string, name: string, after: SnapshotPage['next']): SnapshotPage {
    const taken = this.#taken
    const part = taken?.id === id ? taken.parts.get(name) : undefined
    if (taken === null || part === undefined) throw new ExportInterrupted()
    taken.readAtMs = this.#store.state.ports.nowMs()
    const lines: string[] = []
    let next = after
    for (let characters = 0; characters < PAGE_CHARACTERS;) {
      const rows = taken.snapshot.rows(part.table, { where: part.where, after: next, limit: ROWS_AT_ONCE })
      for (const row of rows) {
        const line = part.line(row)
        lines.push(line)
        characters += line.length
      }
      const last = rows.at(-1)
      if (last === undefined || rows.length < ROWS_AT_ONCE) return { lines, next: null }
      next = part.table.key.map((column) => last[column] as string | number)
    }
    return { lines, next }
  }

  /** On disk as well: after a crash the next edit would fold into a change that the download holds as it was. */
  #seal(): void {
    this.#store.seal(null)
    for (const { id } of this.#store.state.spaces.all()) linkAll(this.#store.state, id)
  }

  drop(id: string): void {
    if (this.#taken?.id === id) this.#end(this.#taken)
  }

  #endIfIdle(): void {
    const taken = this.#taken
    if (taken !== null && this.#store.state.ports.nowMs() - taken.readAtMs > IDLE_MS) this.#end(taken)
  }

  #end(taken: Taken): void {
    this.#taken = null
    taken.stopListening()
    taken.snapshot.drop()
  }

  #head(parts: readonly Part[]): SnapshotHead {
    const { schema, account, replica, epoch, clockOffsetMs, ports } = this.#store.state
    return {
      takenAt: ports.nowMs(),
      account: account === '' ? null : account,
      replica,
      epoch,
      clockOffsetMs,
      schema: { version: schema.version, fingerprint: schema.fingerprint },
      fields: describeSchema(schema),
      parts: parts.map(({ name }) => name),
    }
  }
}
