/** Why an app cannot be simulated; `code` is stable and documented in docs/spec/errors.md. */
export class SimulationError extends Error {
  override readonly name = 'SimulationError'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
