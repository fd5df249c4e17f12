/** Backup and restore as an operator does them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { encodeHelloRequest } from '@tombolo/core'
import { afterEach, describe, expect, it } from 'vitest'
import { app } from '../test/schema.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const SCHEMA = fileURLToPath(new URL('../test/schema.ts', import.meta.url))
const children: ChildProcess[] = []
const directories: string[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

function start(...args: readonly string[]): ReturnType<typeof spawn> {
  const child = spawn(process.execPath, ['-C', 'tombolo-source', '--import', 'tsx', MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  return child
}

/** Runs a command to its end. */
async function run(...args: readonly string[]): Promise<{ readonly status: number; readonly said: string }> {
  const child = start(...args)
  const [out, errors, [status]] = await Promise.all([said(child.stdout), said(child.stderr), once(child, 'exit')])
  return { status: Number(status), said: out + errors }
}

const said = (stream: NodeJS.ReadableStream | null): Promise<string> => (stream === null ? Promise.resolve('') : text(stream))

/** Starts a hub, and asks it for its epoch. */
async function startHub(...args: readonly string[]): Promise<{ readonly hub: ChildProcess; readonly epoch: string }> {
  const hub = start('hub', '--dev', '--schema', SCHEMA, '--port', '0', ...args)
  if (hub.stdout === null) throw new Error('it says nothing')
  const [line] = (await once(createInterface(hub.stdout), 'line')) as [string]
  const url = /http:\/\/localhost:\d+/.exec(line)?.[0] ?? ''
  const cookie = (await fetch(`${url}/session`, { method: 'POST' })).headers.get('set-cookie')?.split(';')[0] ?? ''
  const body = JSON.stringify(encodeHelloRequest({ replica: 'A'.repeat(22) as never, schema: app }))
  const answer = await fetch(`${url}/sync/hello`, { method: 'POST', body, headers: { 'content-type': 'application/json', cookie } })
  const [epoch] = (await answer.json()) as [string]
  return { hub, epoch }
}

async function stopped(hub: ChildProcess): Promise<void> {
  hub.kill('SIGTERM')
  expect(await once(hub, 'exit')).toEqual([0, null])
}

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tombolo-cli-'))
  directories.push(directory)
  return directory
}

const madeIn = (backups: string): readonly string[] => readdirSync(backups).filter((name) => !name.endsWith('.part'))

/** Until there is a backup in the directory. */
async function firstBackupIn(backups: string): Promise<string> {
  const watcher = watch(backups)
  try {
    for (;;) {
      const change = once(watcher, 'change')
      const [name] = madeIn(backups)
      if (name !== undefined) return join(backups, name)
      await change
    }
  } finally {
    watcher.close()
  }
}

describe('an operator', () => {
  it('[P6] has backups made while the hub runs, and restores one when it is stopped, under a new epoch', { timeout: 120_000 }, async () => {
    const [data, backups] = [newDirectory(), newDirectory()]
    const { hub, epoch } = await startHub('--data', data, '--backups', backups, '--keep', '2')
    const backup = await firstBackupIn(backups)
    expect(await run('backup', '--data', data, '--backups', backups)).toMatchObject({ status: 0 })
    expect(madeIn(backups)).toHaveLength(2)
    const restore = ['restore', backup, '--data', data, '--schema', SCHEMA]
    expect(await run(...restore)).toMatchObject({ status: 1, said: expect.stringContaining('[storage.inUse]') })
    await stopped(hub)
    expect(await run(...restore)).toMatchObject({ status: 0, said: expect.stringContaining('hub.sqlite.before-') })
    const again = await startHub('--data', data)
    expect(again.epoch).not.toBe(epoch)
    expect(existsSync(join(data, 'hub.ledger'))).toBe(true)
    await stopped(again.hub)
  })
})
