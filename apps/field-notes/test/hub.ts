/** The app as it is built, and the hub as `npm start` runs it: a process that can be killed and started again with what it has on disk. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const APP = join(ROOT, 'apps/field-notes')
const CLI = join(ROOT, 'packages/cli/dist/main.js')
const CACHE = join(ROOT, 'node_modules/.cache/field-notes/tested')
const BUILT = join(CACHE, 'built')

/** The built app; built once for all test files, and again when a source is newer. */
export async function builtApp(): Promise<string> {
  const app = join(CACHE, 'app')
  const sources = [APP, ...readdirSync(join(ROOT, 'packages')).map((name) => join(ROOT, 'packages', name, 'src'))]
  const isFresh = existsSync(BUILT) && Math.max(...sources.map(newestMs)) < statSync(BUILT).mtimeMs
  if (isFresh) return app
  const startedAt = new Date()
  // As `npm start` builds it: under the environment of a test it would be a build for development.
  const args = [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error', '--outDir', app, '--emptyOutDir']
  await promisify(execFile)(process.execPath, args, { cwd: APP, env: { ...process.env, NODE_ENV: 'production' } })
  mkdirSync(CACHE, { recursive: true })
  writeFileSync(BUILT, startedAt.toISOString())
  return app
}

function newestMs(path: string): number {
  const stats = statSync(path)
  if (!stats.isDirectory()) return stats.mtimeMs
  const names = readdirSync(path).filter((name) => !['node_modules', 'dist', 'test'].includes(name) && !name.includes('.test.'))
  return Math.max(0, ...names.map((name) => newestMs(join(path, name))))
}

export class HubProcess {
  readonly port: number
  readonly #args: readonly string[]
  #child: ChildProcess | null = null

  constructor(port: number, args: readonly string[]) {
    this.port = port
    this.#args = args
  }

  /** Resolves when it says its address. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [CLI, 'hub', '--dev', ...this.#args, '--port', String(this.port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#child = child
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => chunk.includes('http://') && resolve())
      child.on('exit', (code, signal) => reject(new Error(`the hub ended with ${code ?? signal}`)))
    })
  }

  /** As the power goes. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null || child.exitCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }
}

export function hubArguments(app: string, data: string, origins: readonly string[]): readonly string[] {
  const known = origins.flatMap((origin) => ['--origin', origin])
  return ['--schema', join(APP, 'src/schema.ts'), '--serve', app, '--data', data, ...known]
}

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
