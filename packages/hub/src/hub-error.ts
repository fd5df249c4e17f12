/** Thrown if the hub cannot start; `code` is stable, the message says what to do. */
export class HubError extends Error {
  override readonly name = 'HubError'
  readonly code: 'storage.newer' | 'storage.older' | 'schema.older' | 'key.malformed'

  constructor(code: HubError['code'], message: string) {
    super(message)
    this.code = code
  }
}
