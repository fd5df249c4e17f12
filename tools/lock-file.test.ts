// `npm ci` refuses a lock file that lacks any platform's optional package, and npm writes such files when it installs
// beside existing modules or when a registry does not have them all. Better seen here than on the build machine.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryRoot } from './repository.ts'

interface Lock {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>
}

const lock = JSON.parse(readFileSync(join(repositoryRoot, 'package-lock.json'), 'utf8')) as Lock

/** Where Node would look for a package from `from`, the nearest place first. */
function lookupPaths(from: string, name: string): readonly string[] {
  const parents = from === '' ? [] : from.split('/').map((_, index, parts) => `${parts.slice(0, parts.length - index).join('/')}/`)
  return [...parents, ''].map((parent) => `${parent}node_modules/${name}`)
}

test('the lock file holds every optional package of every package', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !lookupPaths(path, name).some((candidate) => candidate in lock.packages))
      .map((name) => `${path} wants ${name}`),
  )
  expect(missing).toEqual([])
})

test('every version of the repository is exact', () => {
  const manifests = Object.entries(lock.packages).filter(([path]) => !path.includes('node_modules'))
  const loose = manifests.flatMap(([path]) => {
    const manifest = JSON.parse(readFileSync(join(repositoryRoot, path, 'package.json'), 'utf8')) as Record<
      string,
      Record<string, string> | undefined
    >
    return Object.entries({ ...manifest['dependencies'], ...manifest['devDependencies'] })
      .filter(([, version]) => !/^(?:npm:.+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
      .map(([name, version]) => `${path}: ${name} ${version}`)
  })
  expect(loose).toEqual([])
})
