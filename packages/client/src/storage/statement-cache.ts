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
    return this.#statements.get(sql) ?? this.keep(sql, this.#compile(sql))
  }

  /** Keeps a compiled statement, and releases one of the same SQL, or the oldest when there are too many. */
  keep(sql: string, statement: S): S {
    this.#drop(sql)
    if (this.#statements.size >= STATEMENTS_MAX) this.#dropOldest()
    this.#statements.set(sql, statement)
    return statement
  }

  clear(): void {
    for (const statement of this.#statements.values()) this.#release(statement)
    this.#statements.clear()
  }

  #dropOldest(): void {
    const [oldest] = this.#statements.keys()
    if (oldest !== undefined) this.#drop(oldest)
  }

  #drop(sql: string): void {
    const statement = this.#statements.get(sql)
    if (statement === undefined) return
    this.#statements.delete(sql)
    this.#release(statement)
  }
}
