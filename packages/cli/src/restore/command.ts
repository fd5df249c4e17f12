/** `tombolo restore`: puts a backup in the place of a hub's database, while the hub does not run. */
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { restoreBackup } from '@tombolo/hub/backup'
import { CliError } from '../cli-error.ts'
import { databaseIn, mintEpoch, presentKey } from '../data-files.ts'
import { loadSchema } from '../load-schema.ts'
import { readOptions } from '../options.ts'
import { schemaOf } from '../values.ts'

export const RESTORE_HELP: string = `  restore BACKUP   put a backup in place of the database of a hub that is stopped
    --schema FILE   the app's schema.ts
    --data DIR      where the hub keeps its database and its key (./data)`

const OPTIONS = { schema: { type: 'string' }, data: { type: 'string' } } as const

export async function restoreCommand(args: readonly string[]): Promise<void> {
  const { values, positionals } = readOptions(args, OPTIONS, true)
  const [backup, ...others] = positionals
  if (backup === undefined || others.length > 0) throw new CliError('cli.arguments', 'say which backup: tombolo restore path/to/backup')
  const { version } = await loadSchema(resolve(schemaOf(values.schema)))
  const data = resolve(values.data ?? 'data')
  mkdirSync(data, { recursive: true, mode: 0o700 })
  const { manifest, setAside } = await restoreBackup({
    backup: resolve(backup),
    database: databaseIn(data),
    key: presentKey(data),
    schemaVersion: version,
    mintEpoch,
    nowMs: Date.now(),
  })
  console.log(`tombolo restore: the hub is as it was at ${new Date(manifest.madeMs).toISOString()}; devices send what it lacks`)
  if (setAside !== null) console.log(`the database before: ${setAside}`)
}
