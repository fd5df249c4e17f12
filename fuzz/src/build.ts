/** Bundles the fuzzer with counters in all code of ours, so that it sees which inputs reach something new. */
import { readFile } from 'node:fs/promises'
import { build, type Plugin, transform } from 'esbuild'
import { createInstrumenter } from 'istanbul-lib-instrument'

const OURS = /packages\/(core|client|hub)\/src\/.*\.ts$/

const counted: Plugin = {
  name: 'counted',
  setup(bundler) {
    bundler.onLoad({ filter: OURS }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'ts', format: 'esm', target: 'es2022' })
      return { contents: createInstrumenter({ esModules: true, compact: false }).instrumentSync(code, path), loader: 'js' }
    })
  },
}

export async function buildCounted(entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['tombolo-source'],
    // Native code cannot be bundled; the others are not ours to count.
    external: ['better-sqlite3', 'yjs', 'ws'],
    plugins: [counted],
    logLevel: 'error',
  })
}
