/**
 * A device's storage behind a gate, statement by statement, and file by file where databases are set aside.
 *
 * A commit that the gate refuses is rolled back, as SQLite does when the disk refuses. Rolling back and closing always succeed: SQLite needs
 * nothing from the disk for them.
 */
import type { Database, Flush, Reserve, SqlRow, SqlValue, Statement, Storage, Work } from '../../../client/src/storage/port.ts'
import { BEGIN, COMMIT, type Operation, passing, passingLater, statementOf, type StorageGate } from './gate.ts'

/** `durability`: what the databases say of themselves; default what they are. */
export function gatedStorage(inner: Storage, gate: StorageGate, durability?: Database['durability']): Storage {
  const opened = async (operation: Operation, open: () => Promise<Database>): Promise<Database> => {
    gate.before(operation)
    const database = await open()
    try {
      gate.after(operation)
    } catch (error) {
      database.close()
      throw error
    }
    return new GatedDatabase(database, gate, durability ?? database.durability)
  }
  const removing = (text: string, remove: () => Promise<void>): Promise<void> => passingLater(gate, { kind: 'remove', text }, remove)
  return {
    open: (name) => opened({ kind: 'open', text: name }, () => inner.open(name)),
    renew: (name) => opened({ kind: 'write', text: `a new ${name}` }, () => inner.renew(name)),
    remove: (name) => removing(name, () => inner.remove(name)),
    openAside: (file) => opened({ kind: 'open', text: `${file}, set aside` }, () => inner.openAside(file)),
    readAside: (file) => passingLater(gate, { kind: 'read', text: `the bytes of ${file}` }, () => inner.readAside(file)),
    removeAside: (file) => removing(`${file}, set aside`, () => inner.removeAside(file)),
  }
}

class GatedDatabase implements Database {
  readonly durability: Database['durability']
  readonly reserve: Reserve
  readonly aside: readonly string[]
  readonly #inner: Database
  readonly #gate: StorageGate
  /** The same statement for the same SQL, as long as the database has it. */
  readonly #statements = new WeakMap<Statement, Statement>()

  constructor(inner: Database, gate: StorageGate, durability: Database['durability']) {
    this.#inner = inner
    this.#gate = gate
    this.durability = durability
    this.reserve = inner.reserve
    this.aside = inner.aside
  }

  exec(sql: string): void {
    passing(this.#gate, { kind: 'script', text: sql }, () => this.#inner.exec(sql))
  }

  prepare(sql: string): Statement {
    const inner = this.#inner.prepare(sql)
    const known = this.#statements.get(inner) ?? new GatedStatement(inner, this.#gate, statementOf(sql))
    this.#statements.set(inner, known)
    return known
  }

  transaction<T>(work: Work<T>, flush?: Flush): T {
    this.#gate.before(BEGIN)
    const run = (): T => {
      const result = work()
      this.#gate.before(COMMIT)
      return result
    }
    const result = this.#inner.transaction(run as Work<T>, flush)
    this.#gate.after(COMMIT)
    return result
  }

  bytes(): number {
    return passing(this.#gate, { kind: 'read', text: 'bytes' }, () => this.#inner.bytes())
  }

  close(): void {
    this.#inner.close()
  }
}

class GatedStatement implements Statement {
  readonly #inner: Statement
  readonly #gate: StorageGate
  readonly #operation: Operation

  constructor(inner: Statement, gate: StorageGate, operation: Operation) {
    this.#inner = inner
    this.#gate = gate
    this.#operation = operation
  }

  run(...params: readonly SqlValue[]): number {
    return passing(this.#gate, this.#operation, () => this.#inner.run(...params))
  }

  get(...params: readonly SqlValue[]): SqlRow | undefined {
    return passing(this.#gate, this.#operation, () => this.#inner.get(...params))
  }

  all(...params: readonly SqlValue[]): SqlRow[] {
    return passing(this.#gate, this.#operation, () => this.#inner.all(...params))
  }

  values(...params: readonly SqlValue[]): SqlValue[][] {
    return passing(this.#gate, this.#operation, () => this.#inner.values(...params))
  }
}
