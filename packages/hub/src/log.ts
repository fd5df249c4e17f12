/** Structured logs, which never contain what a person wrote. A pino logger implements this port. */
export interface Log {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

/** A log that says nothing, for tests. */
export const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined }
