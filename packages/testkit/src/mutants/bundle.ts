/** Builds the hunt with a mutant in the product. The mutant is put into its file as that is loaded: the tree stays as it is. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { type Mutant, mutated } from './mutant.ts'

const ROOT: string = join(import.meta.dirname, '../../../..')
/** Inside the repository, where the modules are found that a bundle leaves out; and for this process alone. */
const BUNDLES: string = join(import.meta.dirname, '../../dist/mutants', String(process.pid))

/** @param mutant null: the product as it is. @param entry what is run on it, of this folder. @returns the file to run */
export async function bundleOf(mutant: Mutant | null, entry: 'hunt.ts' | 'shrink-seed.ts' = 'hunt.ts'): Promise<string> {
  const outfile = join(BUNDLES, `${mutant?.id ?? 'product'}.mjs`)
  const { warnings } = await build({
    entryPoints: [join(import.meta.dirname, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['tombolo-source'],
    external: ['better-sqlite3', 'yjs'],
    plugins: mutant === null ? [] : [inject(mutant)],
    logLevel: 'silent',
  })
  // A file that somebody is writing just now is no fault of the product.
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join('\n'))
  return outfile
}

export const removeBundles = (): void => rmSync(BUNDLES, { recursive: true, force: true })

/** The mutant has to be met: a file that the bundle leaves out cannot be judged by it. */
function inject(mutant: Mutant): Plugin {
  return {
    name: `mutant ${mutant.id}`,
    setup(bundling) {
      let isMet = false
      bundling.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (path !== join(ROOT, mutant.file)) return undefined
        isMet = true
        return { contents: mutated(mutant, readFileSync(path, 'utf8')), loader: 'ts' }
      })
      bundling.onEnd(() => (isMet ? {} : { errors: [{ text: `${mutant.file} is not in the bundle` }] }))
    },
  }
}
