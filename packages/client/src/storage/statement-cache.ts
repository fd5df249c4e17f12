// Compiled statements by their SQL text. Bounded, so that SQL with values written into it cannot fill the memory; the
// oldest goes first, and one that is used again is simply compiled again.
const STATEMENTS_MAX = 512

export class StatementCache<S> {
  readonly #statements = new Map<string, S>()
  readonly #compile: (sql: string) => S
  readonly #release: (statement: S) => void

  constructor(compile: (sql: string) => S, release: (statement: S) => void) {
    this.#compile = compile
    this.#release = release
  }

  get(sql: string): S {
    return this.#statements.get(sql) ?? this.#add(sql)
  }

  clear(): void {
    for (const statement of this.#statements.values()) this.#release(statement)
    this.#statements.clear()
  }

  #add(sql: string): S {
    const statement = this.#compile(sql)
    if (this.#statements.size >= STATEMENTS_MAX) this.#dropOldest()
    this.#statements.set(sql, statement)
    return statement
  }

  #dropOldest(): void {
    for (const [sql, statement] of this.#statements) {
      this.#statements.delete(sql)
      this.#release(statement)
      return
    }
  }
}
