// `npm start`: FieldNotes and its hub on http://localhost:8787, from a fresh clone or after a pull.
//   PORT          another port
//   TOMBOLO_DATA  where the hub keeps its data (./data)
// What follows `npm start --` goes to `tombolo hub`, for instance `--lan`.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, root } from './ensure-install.mjs'

const app = join(root, 'apps/field-notes')
const bundle = join(app, 'dist/index.html')

// Paths that a person gives are meant from where they are, which npm remembers.
const home = process.env['INIT_CWD'] ?? process.cwd()
const dataDirectory = process.env['TOMBOLO_DATA'] ?? join(root, 'data')
const port = process.env['PORT'] ?? '8787'

ensureInstalled()
// The command line references the packages that it runs, so building it builds them.
run(join(root, 'node_modules/.bin/tsc'), ['--build', 'packages/cli'], root)
if (isStale(bundle, [app, ...packageSources(), join(root, 'package-lock.json')])) {
  run(join(root, 'node_modules/.bin/vite'), ['build', '--logLevel', 'warn'], app)
}
serve()

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
 * @param {string} output
 * @param {string[]} sources
 */
function isStale(output, sources) {
  return !existsSync(output) || sources.some((source) => newestMs(source) > statSync(output).mtimeMs)
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
