/** The command as a person starts it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { encodeHelloRequest } from '@tombolo/core'
import { afterEach, describe, expect, it } from 'vitest'
import { app } from '../test/schema.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const SCHEMA = fileURLToPath(new URL('../test/schema.ts', import.meta.url))
const MODULES = fileURLToPath(new URL('../../../../node_modules', import.meta.url))
const children: ChildProcess[] = []
const directories: string[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

function tombolo(
  ...args: readonly string[]
): ChildProcess & { readonly stdout: NodeJS.ReadableStream; readonly stderr: NodeJS.ReadableStream } {
  const child = spawn(process.execPath, ['-C', 'tombolo-source', '--import', 'tsx', MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  return child
}

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tombolo-cli-'))
  directories.push(directory)
  return directory
}

async function allOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const part of stream) text += String(part)
  return text
}

const firstLine = async (stream: NodeJS.ReadableStream): Promise<string> => String(await once(createInterface(stream), 'line'))

describe('tombolo hub --dev', () => {
  it('serves the app and the hub, signs its pages in, and stops when it is told to', { timeout: 60_000 }, async () => {
    const site = temporaryDirectory()
    writeFileSync(join(site, 'index.html'), '<!doctype html><title>Notes</title>')
    const hub = tombolo('hub', '--dev', '--schema', SCHEMA, '--serve', site, '--data', join(site, 'data'), '--port', '0')
    const url = /http:\/\/localhost:\d+/.exec(await firstLine(hub.stdout))?.[0] ?? ''
    const page = await fetch(url)
    expect(await page.text()).toContain('Notes')
    const cookie = page.headers.get('set-cookie')?.split(';')[0] ?? ''
    const body = JSON.stringify(encodeHelloRequest({ replica: 'A'.repeat(22) as never, schema: app }))
    const hello = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${url}/sync/hello`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })
    expect((await hello({ cookie })).status).toBe(200)
    expect((await hello({})).status).toBe(401)
    hub.kill('SIGTERM')
    expect(await once(hub, 'exit')).toEqual([0, null])
  })

  it('does not start on the data of another one; when that was killed, it does', { timeout: 60_000 }, async () => {
    const data = join(temporaryDirectory(), 'data')
    const args = ['hub', '--dev', '--schema', SCHEMA, '--data', data, '--port', '0']
    const first = tombolo(...args)
    await firstLine(first.stdout)
    const second = tombolo(...args)
    expect(await firstLine(second.stderr)).toContain('[storage.inUse]')
    expect((await once(second, 'exit'))[0]).toBe(1)
    first.kill('SIGKILL')
    await once(first, 'exit')
    expect(await firstLine(tombolo(...args).stdout)).toContain('http://localhost:')
  })

  it('does not start on a port that another process listens on', { timeout: 60_000 }, async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const data = join(temporaryDirectory(), 'data')
    const child = tombolo('hub', '--dev', '--schema', SCHEMA, '--data', data, '--port', String(port))
    const [line, [status]] = await Promise.all([firstLine(child.stderr), once(child, 'exit')])
    expect(line).toContain('[cli.portTaken]')
    expect(status).toBe(1)
    other.close()
  })

  it.each<readonly [string, readonly string[]]>([
    ['cli.devExposed', ['hub', '--dev', '--schema', SCHEMA, '--host', '0.0.0.0']],
    ['cli.schema', ['hub', '--dev', '--schema', '/nowhere/schema.ts', '--port', '0']],
    ['cli.command', ['nonsense']],
  ])('exits with %s', { timeout: 60_000 }, async (code, args) => {
    const child = tombolo(...args)
    const [line, [status]] = await Promise.all([firstLine(child.stderr), once(child, 'exit')])
    expect(line).toContain(`[${code}]`)
    expect(status).toBe(1)
  })

  it.each<readonly [code: string, words: string, schema: string]>([
    ['cli.schema', 'it is broken', "throw new Error('it is broken')"],
    ['cli.schema', 'Expected identifier', 'export const app = schema({'],
    [
      'declaration.name',
      "'Title' cannot be a field",
      'export const app = schema({ version: 1, collections: { notes: collection({ title: string(), Title: string() }) } })',
    ],
    [
      'declaration.default',
      'notes.title: default(7)',
      'export const app = schema({ version: 1, collections: { notes: collection({ title: string().default(7 as never) }) } })',
    ],
  ])('says what is wrong with a schema file: %s, %s', { timeout: 60_000 }, async (code, words, schema) => {
    const directory = temporaryDirectory()
    symlinkSync(MODULES, join(directory, 'node_modules'), 'junction')
    const file = join(directory, 'schema.ts')
    writeFileSync(file, `import { collection, schema, string } from '@tombolo/core'\n${schema}`)
    const child = tombolo('hub', '--dev', '--schema', file, '--data', join(directory, 'data'), '--port', '0')
    const [stderr, [status]] = await Promise.all([allOf(child.stderr), once(child, 'exit')])
    expect(stderr).toContain(words)
    expect(stderr).toContain(`[${code}]`)
    expect(stderr).not.toContain('node:internal')
    expect({ status, hasData: existsSync(join(directory, 'data')) }).toEqual({ status: 1, hasData: false })
  })

  it.each(['hub --help', 'simulate -h', '--help', ''])('tells its options: tombolo %s', { timeout: 60_000 }, async (words) => {
    const child = tombolo(...words.split(' ').filter((word) => word !== ''))
    const [stdout, [status]] = await Promise.all([allOf(child.stdout), once(child, 'exit')])
    expect(stdout).toMatch(/^Usage: tombolo <command>$/m)
    expect(status).toBe(0)
  })
})
