/** The first app of the README: built as it stands, run against a real hub, in two real browser profiles. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BrowserContext, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch } from '../../../tools/browser/chromium.ts'

const APP = fileURLToPath(new URL('..', import.meta.url))
const CLI = fileURLToPath(new URL('../../../packages/cli/dist/main.js', import.meta.url))

let directory: string
let port: number
let hub: ChildProcess
const contexts: BrowserContext[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tombolo-first-app-'))
  port = await freePort()
  await build({ root: APP, logLevel: 'error', build: { outDir: join(directory, 'app'), emptyOutDir: true } })
  hub = await startHub()
})

afterAll(async () => {
  for (const context of contexts) await context.close()
  await kill(hub)
  await rm(directory, { recursive: true, force: true })
})

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

/** Resolves when the hub says its address. */
async function startHub(): Promise<ChildProcess> {
  const args = [
    'hub',
    '--dev',
    '--schema',
    join(APP, 'src/schema.ts'),
    '--serve',
    join(directory, 'app'),
    '--data',
    join(directory, 'data'),
  ]
  const child = spawn(process.execPath, [CLI, ...args, '--port', String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => chunk.includes('http://') && resolve())
    child.on('exit', (code) => reject(new Error(`the hub ended with ${code}`)))
  })
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}

async function profile(name: string): Promise<Page> {
  const context = await launch({ userDataDir: join(directory, name) })
  contexts.push(context)
  const page = await context.newPage()
  await page.goto(`http://localhost:${port}/`)
  return page
}

const notes = (page: Page): Promise<string[]> => page.getByRole('listitem').allInnerTexts()
const says = (page: Page): Promise<string> => page.getByRole('status').innerText()
const write = (page: Page): Promise<void> => page.getByRole('button', { name: 'New note' }).click()

/** Waits as a person would: looks again until it is so. */
const until = async (look: () => Promise<unknown>, wanted: unknown): Promise<void> => {
  await expect.poll(look, { timeout: 30_000, interval: 100 }).toEqual(wanted)
}

test('[P1] [P3] what is written without a hub is safe at once, survives a reload, and arrives once, also when the hub is killed', async () => {
  const ana = await profile('ana')
  await write(ana)
  await until(() => notes(ana), ['Untitled synced'])
  const ben = await profile('ben')
  await until(() => notes(ben), ['Untitled synced'])

  await kill(hub)
  await write(ana)
  await write(ana)
  await until(() => notes(ana), ['Untitled pending', 'Untitled pending', 'Untitled synced'])
  await until(() => says(ana), 'Offline · 2 to send')

  hub = await startHub()
  await until(() => notes(ana), ['Untitled synced', 'Untitled synced', 'Untitled synced'])
  await until(() => notes(ben), ['Untitled synced', 'Untitled synced', 'Untitled synced'])
  await until(() => says(ana), 'All sent')

  for (let round = 0; round < 3; round++) {
    await write(ana)
    await kill(hub)
    await write(ana)
    hub = await startHub()
  }
  await until(async () => (await notes(ben)).length, 9)
  await until(() => says(ana), 'All sent')
  await ana.reload()
  await until(async () => (await notes(ana)).filter((note) => note.endsWith('synced')).length, 9)
}, 300_000)
