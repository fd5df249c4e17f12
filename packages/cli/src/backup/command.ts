/** `tombolo backup`: copies the database of a hub, which may run. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { makeBackup } from '@tombolo/hub/backup'
import { CliError } from '../cli-error.ts'
import { databaseIn, presentKey } from '../data-files.ts'
import { readOptions } from '../options.ts'
import { keepOf } from '../values.ts'

export const BACKUP_HELP: string = `  backup   copy a hub's database, while it runs or not
    --data DIR      where the hub keeps its database and its key (./data)
    --backups DIR   where all its backups are
    --keep N        how many backups stay there; the oldest go (7)`

const OPTIONS = { data: { type: 'string' }, backups: { type: 'string' }, keep: { type: 'string' } } as const
export const KEEP_DEFAULT = 7

export function backupCommand(args: readonly string[]): void {
  const { values } = readOptions(args, OPTIONS)
  if (values.backups === undefined) throw new CliError('cli.arguments', 'say where the backups are: --backups DIR')
  const keep = values.keep === undefined ? KEEP_DEFAULT : keepOf(values.keep)
  const data = resolve(values.data ?? 'data')
  const database = databaseIn(data)
  if (!existsSync(database)) throw new CliError('cli.data', `there is no database in ${data}`)
  const { path } = makeBackup({ database, directory: resolve(values.backups), key: presentKey(data), keep, nowMs: Date.now() })
  console.log(`tombolo backup: ${path}`)
}
