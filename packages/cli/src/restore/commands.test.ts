import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadKey } from '@tombolo/hub/node'
import { afterAll, expect, it } from 'vitest'
import { backupCommand } from '../backup/command.ts'
import { keyIn } from '../data-files.ts'
import { restoreCommand } from './command.ts'

const SCHEMA = fileURLToPath(new URL('../test/schema.ts', import.meta.url))
const empty = mkdtempSync(join(tmpdir(), 'tombolo-cli-'))
const withKey = mkdtempSync(join(tmpdir(), 'tombolo-cli-'))
loadKey(keyIn(withKey))

afterAll(() => {
  for (const directory of [empty, withKey]) rmSync(directory, { recursive: true })
})

it.each<readonly [string, readonly string[]]>([
  ['cli.arguments', []],
  ['cli.arguments', ['--backups', empty, 'extra']],
  ['cli.keep', ['--backups', empty, '--data', withKey, '--keep', 'all']],
  ['cli.data', ['--backups', empty, '--data', empty]],
])('tombolo backup says %s to %j', (code, args) => {
  expect(() => backupCommand(args)).toThrow(expect.objectContaining({ code }))
})

it.each<readonly [string, readonly string[]]>([
  ['cli.arguments', []],
  ['cli.arguments', [empty, 'extra', '--schema', SCHEMA]],
  ['cli.schema', [empty]],
  ['cli.data', [empty, '--data', empty, '--schema', SCHEMA]],
  ['backup.damaged', [empty, '--data', withKey, '--schema', SCHEMA]],
])('tombolo restore says %s to %j', async (code, args) => {
  await expect(restoreCommand(args)).rejects.toMatchObject({ code })
})
