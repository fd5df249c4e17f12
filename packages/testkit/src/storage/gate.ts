/**
 * A gate stands before every operation of a database and behind it. It lets the operation pass, or throws what the database is to fail with.
 *
 *   caller ──► before(operation) ──► SQLite ──► after(operation) ──► caller
 *
 * What `after` throws befalls the caller, not the operation: the process dies before it learns of what is done.
 */

/** `open`: a connection. `read`, `write`: a statement. `begin`, `commit`: of a transaction. `script`: `exec`. `remove`: of a file. */
export type OperationKind = 'open' | 'read' | 'write' | 'begin' | 'commit' | 'script' | 'remove'

export interface Operation {
  readonly kind: OperationKind
  /** The SQL, or what opens; for whoever reads of a failure. */
  readonly text: string
}

export interface StorageGate {
  before(operation: Operation): void
  after(operation: Operation): void
}

/** Lets everything pass. */
export const OPEN_GATE: StorageGate = { before: () => undefined, after: () => undefined }

/** The process is dead: nothing that it does from here on reaches the disk. */
export class ProcessDied extends Error {
  override readonly name = 'ProcessDied'
}

/** Runs one operation through the gate. */
export function passing<T>(gate: StorageGate, operation: Operation, run: () => T): T {
  gate.before(operation)
  const result = run()
  gate.after(operation)
  return result
}

/** The same for an operation that takes its time. */
export async function passingLater<T>(gate: StorageGate, operation: Operation, run: () => Promise<T>): Promise<T> {
  gate.before(operation)
  const result = await run()
  gate.after(operation)
  return result
}

const READS = /^\s*(SELECT|WITH|VALUES|EXPLAIN|PRAGMA)\b/i

export const statementOf = (sql: string): Operation => ({ kind: READS.test(sql) ? 'read' : 'write', text: sql })

export const BEGIN: Operation = { kind: 'begin', text: 'BEGIN IMMEDIATE' }
export const COMMIT: Operation = { kind: 'commit', text: 'COMMIT' }
