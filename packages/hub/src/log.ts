/** Structured logs, never with content: what a person wrote appears in no log. pino fits this port as it is. */
export interface Log {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

/** A log that says nothing, for tests. */
export const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined }
