// Packs the published packages as `npm publish` would, from what is built.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { repositoryRoot } from '../repository.ts'
import { type PublishedPackage, publishedPackages } from './published.ts'

export interface Packed extends PublishedPackage {
  readonly tarball: string
  /** What is in it, as paths of the package. */
  readonly files: readonly string[]
}

export function packPackages(destination: string): readonly Packed[] {
  const packages = publishedPackages()
  const workspaces = packages.flatMap(({ name }) => ['--workspace', name])
  const output = execFileSync('npm', ['pack', '--silent', '--json', '--pack-destination', destination, ...workspaces], {
    cwd: repositoryRoot,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  })
  const packed = Object.values(JSON.parse(output) as Record<string, NpmPacked>)
  return packages.map((published) => {
    const found = packed.find(({ name }) => name === published.name)
    if (found === undefined) throw new Error(`npm packed no ${published.name}`)
    return { ...published, tarball: join(destination, found.filename), files: found.files.map(({ path }) => path) }
  })
}

/** A list, or since npm 11 an object with the packages as values. */
interface NpmPacked {
  readonly name: string
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}
