// `npm start`: FieldNotes and its hub on http://localhost:8787, from a fresh clone or after a pull.
//   PORT          another port
//   TOMBOLO_DATA  where the hub keeps its data (./data)
// What follows `npm start --` goes to `tombolo hub`, for instance `--lan`.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ensureInstalled, root } from './ensure-install.mjs'

const app = join(root, 'apps/field-notes')
const bundle = join(app, 'dist/index.html')
// As old as the start of the last build that succeeded: Vite leaves files behind when it fails, too.
const builtMark = join(root, 'node_modules/.cache/field-notes/built')

// Paths that a person gives are meant from where they are, which npm remembers.
const home = process.env['INIT_CWD'] ?? process.cwd()
const dataDirectory = process.env['TOMBOLO_DATA'] ?? join(root, 'data')
const port = process.env['PORT'] ?? '8787'

ensureInstalled()
// The command line references the packages that it runs, so building it builds them.
run(join(root, 'node_modules/.bin/tsc'), ['--build', 'packages/cli'], root)
buildApp()
serve()

function buildApp() {
  const sources = [app, ...packageSources(), join(root, 'package-lock.json')]
  if (existsSync(bundle) && existsSync(builtMark) && sources.every((source) => newestMs(source) < statSync(builtMark).mtimeMs)) return
  const startedAt = new Date()
  rmSync(builtMark, { force: true })
  run(join(root, 'node_modules/.bin/vite'), ['build', '--logLevel', 'warn'], app)
  mkdirSync(dirname(builtMark), { recursive: true })
  writeFileSync(builtMark, '')
  utimesSync(builtMark, startedAt, startedAt)
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
function run(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' })
  if (error !== undefined) throw error
  if (status !== 0) process.exit(status ?? 1)
}

function packageSources() {
  const packages = join(root, 'packages')
  return readdirSync(packages).map((name) => join(packages, name, 'src'))
}

/**
 * When anything in a folder last changed, builds and tests aside.
 * @param {string} path
 * @returns {number}
 */
function newestMs(path) {
  if (!existsSync(path)) return 0
  const stats = statSync(path)
  if (!stats.isDirectory()) return stats.mtimeMs
  const names = readdirSync(path).filter((name) => name !== 'node_modules' && name !== 'dist' && !name.includes('.test.'))
  return Math.max(0, ...names.map((name) => newestMs(join(path, name))))
}

function serve() {
  const cli = join(root, 'packages/cli/dist/main.js')
  const options = ['--schema', join(app, 'src/schema.ts'), '--serve', join(app, 'dist'), '--data', dataDirectory, '--port', port]
  const hub = spawn(process.execPath, [cli, 'hub', '--dev', ...options, ...process.argv.slice(2)], { cwd: home, stdio: 'inherit' })
  // Ctrl-C reaches the hub by itself, and a second one would hurry it: only wait until it has drained.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => hub.kill('SIGTERM'))
  hub.on('exit', (code) => process.exit(code ?? 1))
}
