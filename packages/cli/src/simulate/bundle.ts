/** Builds the program that simulates an app, with the app's schema in it: schema.ts may be TypeScript, and import what the app has installed. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type BuildFailure, type Plugin } from 'esbuild'
import { CliError } from '../cli-error.ts'

export interface Bundle {
  readonly path: string
  readonly remove: () => void
}

/** Run from its sources, the command takes the sources of the packages. */
const EXTENSION: string = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
const PROGRAM: string = fileURLToPath(new URL(`./program${EXTENSION}`, import.meta.url))

/** @throws CliError `cli.schema` where a schema, or what it imports, cannot be read */
export async function bundle(schema: string, older: string | null): Promise<Bundle> {
  const directory = mkdtempSync(join(tmpdir(), 'tombolo-simulate-'))
  const remove = (): void => rmSync(directory, { recursive: true, force: true })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (remove(), process.kill(process.pid, signal)))
  const path = join(directory, 'program.mjs')
  try {
    await build({
      stdin: { contents: contentsOf(schema, older), resolveDir: import.meta.dirname },
      outfile: path,
      bundle: true,
      platform: 'node',
      format: 'esm',
      sourcemap: 'linked',
      logLevel: 'silent',
      plugins: [outside('better-sqlite3')],
      ...(EXTENSION === '.ts' ? { conditions: ['tombolo-source'] } : {}),
    })
    return { path, remove }
  } catch (error) {
    remove()
    throw new CliError(
      'cli.schema',
      (error as BuildFailure).errors.map(({ text, location }) => `${location?.file ?? schema}: ${text}`).join('\n'),
    )
  }
}

const contentsOf = (schema: string, older: string | null): string =>
  `import { serve } from ${JSON.stringify(PROGRAM)}\nawait serve(${moduleOf(schema)}, ${older === null ? 'null' : moduleOf(older)})`

const moduleOf = (path: string): string => `{ path: ${JSON.stringify(path)}, load: () => import(${JSON.stringify(path)}) }`

/** A module with a native part cannot be bundled: it stays where its importer finds it. */
function outside(name: string): Plugin {
  const asked = Symbol(name)
  return {
    name: `outside ${name}`,
    setup(bundling) {
      bundling.onResolve({ filter: new RegExp(`^${name}$`) }, async ({ path, importer, kind, resolveDir, pluginData }) => {
        if (pluginData === asked) return undefined
        const resolved = await bundling.resolve(path, { importer, kind, resolveDir, pluginData: asked })
        return resolved.errors.length > 0 ? resolved : { path: pathToFileURL(resolved.path).href, external: true }
      })
    },
  }
}
