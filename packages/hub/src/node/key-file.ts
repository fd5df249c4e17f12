/** The hub's key in a file beside the database, never inside it. Readable by its owner only. */
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { HubError } from '../hub-error.ts'

const KEY_BYTES = 32

/**
 * Reads the key, or makes one if there is none.
 * @throws HubError `key.malformed` if the file exists and is no key. Replacing it would invalidate every receipt.
 * @example const key = loadKey('./data/hub.key')
 */
export function loadKey(path: string): Uint8Array {
  try {
    writeFileSync(path, randomBytes(KEY_BYTES).toString('base64url'), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64url')
  if (key.length < KEY_BYTES) throw new HubError('key.malformed', `${path} does not hold a key of ${KEY_BYTES} bytes in base64url`)
  return key
}
