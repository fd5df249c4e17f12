// Somebody else's project, with the packages as npm would publish them: packed, installed, and used on plain Node, where nothing
// leads to sources. `npm run consumer`:
//   run      the JavaScript of the packages' READMEs: each `console.log(…) // words` prints just these words
//   start    `tombolo hub` with a schema in TypeScript, until it says where it is
//   test     the first app's tests of offline work, with Vitest as a project has it
//   simulate one world of the first app, with the examples that a schema file may give
//   compile  the first app of the README, as a bundler resolves it and as Node does, with the declarations themselves checked
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { repositoryRoot } from '../repository.ts'
import { packPackages, type Packed } from './pack.ts'

const START_MS = 60_000
const firstApp = join(repositoryRoot, 'apps/first-app')
const tsc = join(repositoryRoot, 'node_modules/.bin/tsc')

const project = realpathSync(mkdtempSync(join(tmpdir(), 'consumer-')))
const tombolo = join(project, 'node_modules/@tombolo/cli/dist/main.js')
try {
  const packages = packPackages(project)
  install(packages)
  for (const { directory } of packages) runExamples(join(directory, 'README.md'))
  await startHub()
  testOffline()
  simulate()
  for (const moduleResolution of ['bundler', 'nodenext'] as const) compile(moduleResolution)
} finally {
  rmSync(project, { recursive: true })
}

/** From the registry, or npm's cache. What would be compiled on the way was compiled here already, of the same version. */
function install(packages: readonly Packed[]): void {
  const versions = devVersions('preact', '@types/react', '@types/node', 'better-sqlite3', 'vitest')
  const ours = Object.fromEntries(packages.map(({ name, tarball }) => [name, `file:${tarball}`]))
  const manifest = { name: 'consumer', private: true, type: 'module', dependencies: { ...ours, ...versions }, overrides: ours }
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest))
  run('npm', ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--silent'])
  const binary = 'node_modules/better-sqlite3/build/Release'
  mkdirSync(join(project, binary), { recursive: true })
  cpSync(join(repositoryRoot, binary, 'better_sqlite3.node'), join(project, binary, 'better_sqlite3.node'))
}

function devVersions(...names: readonly string[]): Readonly<Record<string, string>> {
  const require = createRequire(join(firstApp, 'package.json'))
  return Object.fromEntries(
    names.map((name) => [name, (JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')) as { version: string }).version]),
  )
}

function runExamples(readme: string): void {
  const text = readFileSync(readme, 'utf8')
  for (const [, code = ''] of text.matchAll(/^```js\n(.*?)^```/gms)) {
    const directory = mkdtempSync(join(project, 'example-'))
    writeFileSync(join(directory, 'example.mjs'), code)
    const printed = run(process.execPath, ['example.mjs'], directory).trim()
    const expected = [...code.matchAll(/^console\.log\(.*\) \/\/ (.*)$/gm)].map(([, words]) => words).join('\n')
    if (expected === '' || printed !== expected) throw new Error(`${readme} says\n${expected}\nand prints\n${printed}`)
  }
}

async function startHub(): Promise<void> {
  cpSync(join(firstApp, 'src/schema.ts'), join(project, 'schema.ts'))
  const options = ['hub', '--dev', '--schema', 'schema.ts', '--port', '0']
  const hub = spawn(process.execPath, [tombolo, ...options], { cwd: project })
  const ended = new Promise<number | null>((resolve) => hub.on('exit', resolve))
  const tooLong = setTimeout(() => hub.kill(), START_MS)
  let said = ''
  for (const stream of [hub.stdout, hub.stderr]) stream.on('data', (bytes: Buffer) => (said += bytes.toString()))
  hub.stdout.once('data', () => hub.kill('SIGTERM'))
  const code = await ended
  clearTimeout(tooLong)
  if (code !== 0 || !/^tombolo hub: http:\/\/localhost:\d+$/m.test(said)) throw new Error(`tombolo hub ended with ${code}: ${said}`)
}

/** With virtual devices, as the guide shows it. Nothing in them waits for real time; a busy machine needs some all the same. */
function testOffline(): void {
  copyTests('testing-offline.test.ts')
  run(process.execPath, [
    join(project, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--root',
    project,
    '--testTimeout',
    String(START_MS),
    'test/testing-offline.test.ts',
  ])
}

/** Its last line is the report. */
function simulate(): void {
  copyTests('simulated.ts')
  const options = ['simulate', '--schema', 'test/simulated.ts', '--from', '9', '--seeds', '1', '--json']
  const report = JSON.parse(run(process.execPath, [tombolo, ...options])) as { readonly failures: number; readonly edits: number }
  if (report.failures !== 0 || report.edits === 0) throw new Error(`tombolo simulate says ${JSON.stringify(report)}`)
}

/** Tests stand beside the sources. */
function copyTests(name: string): void {
  cpSync(join(firstApp, 'src/schema.ts'), join(project, 'src/schema.ts'))
  cpSync(join(firstApp, 'test', name), join(project, 'test', name))
}

/** The first app, whose imports name their files as Node wants them: it compiles under both. */
function compile(moduleResolution: 'bundler' | 'nodenext'): void {
  const directory = join(project, moduleResolution)
  cpSync(join(firstApp, 'src'), directory, { recursive: true, filter: (path) => !basename(path).includes('.test.') })
  const compilerOptions = {
    target: 'ES2023',
    module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext',
    moduleResolution,
    lib: ['ES2023', 'ESNext.Disposable', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
    types: ['node'],
    jsx: 'react-jsx',
    jsxImportSource: 'preact',
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    allowImportingTsExtensions: true,
  }
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  run(tsc, ['--project', directory])
}

function run(command: string, args: readonly string[], cwd = project): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${basename(command)} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`)
  return stdout
}
