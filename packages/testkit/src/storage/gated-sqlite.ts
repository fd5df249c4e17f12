/**
 * The hub's SQLite connection behind a gate, statement by statement. Transactions begin, commit and roll back as better-sqlite3 does it;
 * they do not nest, because the hub's do not.
 */
import type { Database, Statement, Transaction } from 'better-sqlite3'
import { BEGIN, COMMIT, passing, statementOf, type StorageGate } from './gate.ts'

type Method = (...params: unknown[]) => unknown

export function gatedSqlite(inner: Database, gate: StorageGate): Database {
  const own: Partial<Record<string | symbol, unknown>> = {
    prepare: (sql: string) => gatedStatement(inner.prepare(sql), gate),
    exec: (sql: string) => passing(gate, { kind: 'script', text: sql }, () => inner.exec(sql)),
    transaction: (work: Method) => transactionOf(inner, gate, work),
  }
  return new Proxy(inner, { get: (target, key) => own[key] ?? memberOf(target, key) })
}

const EXECUTING: ReadonlySet<string | symbol> = new Set(['run', 'get', 'all', 'iterate'])

function gatedStatement(inner: Statement, gate: StorageGate): Statement {
  const operation = statementOf(inner.source)
  const gated: Statement = new Proxy(inner, {
    get(target, key) {
      const member = memberOf(target, key)
      if (!isMethod(member)) return member
      if (EXECUTING.has(key)) return (...params: unknown[]) => passing(gate, operation, () => member(...params))
      // `pluck`, `raw` and their like give the statement itself.
      return (...params: unknown[]) => (member(...params) === inner ? gated : undefined)
    },
  })
  return gated
}

function transactionOf(inner: Database, gate: StorageGate, work: Method): Transaction<Method> {
  const run: Method = (...args) => {
    passing(gate, BEGIN, () => inner.exec('BEGIN IMMEDIATE'))
    try {
      const result = work(...args)
      gate.before(COMMIT)
      inner.exec('COMMIT')
      gate.after(COMMIT)
      return result
    } catch (error) {
      if (inner.inTransaction) inner.exec('ROLLBACK')
      throw error
    }
  }
  return Object.assign(run, { default: run, deferred: run, immediate: run, exclusive: run, database: inner })
}

/** A native member works on the native object only. */
function memberOf(target: object, key: string | symbol): unknown {
  const member: unknown = Reflect.get(target, key, target)
  return isMethod(member) ? (...params: unknown[]) => Reflect.apply(member, target, params) : member
}

const isMethod = (member: unknown): member is Method => typeof member === 'function'
