// The files of this repository, as a person would list them: no dependencies, no build output, nothing ignored.
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, extname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string
  readonly text: string
}

export const repositoryRoot = join(dirname(fileURLToPath(import.meta.url)), '..')

const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', 'data', 'test-results', '.git', '.vite', '.cache'])
const TEXT = new Set([
  '.ts',
  '.tsx',
  '.mts',
  '.cts',
  '.js',
  '.mjs',
  '.cjs',
  '.css',
  '.html',
  '.json',
  '.md',
  '.sql',
  '.sh',
  '.yml',
  '.yaml',
  '',
])

/** Every path of the repository, files only. */
export function listFiles(directory: string = repositoryRoot): readonly string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return []
    const path = join(directory, entry.name)
    if (entry.isDirectory()) return listFiles(path)
    return entry.isFile() ? [relative(repositoryRoot, path).replaceAll('\\', '/')] : []
  })
}

/** Those of the files that a person reads and writes. */
export function readTextFiles(paths: readonly string[]): readonly SourceFile[] {
  return paths
    .filter((path) => TEXT.has(extname(path)) && path !== 'package-lock.json')
    .map((path) => ({ path, text: readFileSync(join(repositoryRoot, path), 'utf8') }))
}

export const isCode = ({ path }: SourceFile): boolean => /\.(?:[cm]?[jt]sx?|css)$/.test(path)
/** Tests, their helpers, and the contract suites that tests run on every adapter of a port. */
export const isTest = ({ path }: SourceFile): boolean => /\.test\.tsx?$|(?:^|\/)test\/|(?:^|\/|-)contract\.ts$/.test(path)
export const isGenerated = ({ path }: SourceFile): boolean => /\.generated\.|(?:^|\/)generated\//.test(path)
