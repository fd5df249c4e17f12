// The packages that are published, and what can be imported of each: read from their package.json, so that no list grows stale.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '../repository.ts'

export interface Entry {
  /** What an import says: `@tombolo/client/node`. */
  readonly specifier: string
  /** The declarations that the entry leads to, as an absolute path. */
  readonly types: string
}

export interface PublishedPackage {
  readonly name: string
  readonly directory: string
  readonly entries: readonly Entry[]
}

interface Manifest {
  readonly name: string
  readonly private?: boolean
  /** A path alone is a file for tools, and nothing that is imported. */
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>
}

export function publishedPackages(): readonly PublishedPackage[] {
  return readdirSync(join(repositoryRoot, 'packages')).flatMap((folder) => {
    const directory = join(repositoryRoot, 'packages', folder)
    const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest
    return manifest.private === true ? [] : [{ name: manifest.name, directory, entries: entriesOf(directory, manifest) }]
  })
}

function entriesOf(directory: string, { name, exports }: Manifest): readonly Entry[] {
  return Object.entries(exports).flatMap(([subpath, target]) =>
    typeof target === 'string' ? [] : [{ specifier: name + subpath.slice(1), types: join(directory, target.types) }],
  )
}
