// `npm run sim`: bundles the simulator from the sources and runs it on plain Node. Bundled, it starts at once and pays for no loader.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'esbuild'

const testkit = join(import.meta.dirname, '../packages/testkit')
const outfile = join(testkit, 'dist/simulator.mjs')

await build({
  entryPoints: [join(testkit, 'src/simulator/main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  conditions: ['tombolo-source'],
  external: ['better-sqlite3', 'yjs'],
  sourcemap: 'linked',
  logLevel: 'warning',
})

const { status } = spawnSync(process.execPath, ['--enable-source-maps', outfile, ...process.argv.slice(2)], { stdio: 'inherit' })
process.exitCode = status ?? 1
