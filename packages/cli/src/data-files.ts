/** The files that a hub keeps in its data directory. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { base64url } from '@tombolo/core'
import { environment, loadKey } from '@tombolo/hub/node'
import { CliError } from './cli-error.ts'

export const databaseIn = (data: string): string => join(data, 'hub.sqlite')
export const keyIn = (data: string): string => join(data, 'hub.key')
export const ledgerIn = (data: string): string => join(data, 'hub.ledger')

/** The key of a hub that has run: a new one would open nothing that there is. */
export function presentKey(data: string): Uint8Array {
  if (!existsSync(keyIn(data))) throw new CliError('cli.data', `there is no key in ${data}: put the file hub.key of this hub there first`)
  return loadKey(keyIn(data))
}

const EPOCH_BYTES = 12

export const mintEpoch = (): string => base64url(environment.random(EPOCH_BYTES))
