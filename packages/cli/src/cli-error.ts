/** An error that the person who started the command can correct. `code` is stable; the message says what to do. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
