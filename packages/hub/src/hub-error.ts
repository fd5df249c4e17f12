/** Why a hub cannot start, or a backup cannot be made or restored: docs/spec/errors.md. */
export type HubErrorCode =
  | 'backup.damaged'
  | 'backup.key'
  | 'key.malformed'
  | 'ledger.damaged'
  | 'ledger.newer'
  | 'schema.older'
  | 'storage.inUse'
  | 'storage.newer'
  | 'storage.older'

/** Thrown if the hub cannot start; `code` is stable, the message says what to do. */
export class HubError extends Error {
  override readonly name = 'HubError'
  readonly code: HubErrorCode

  constructor(code: HubErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
