// The examples that people copy: in doc comments what stands after `@example`, up to the next tag or to the end of the comment; in the
// packages' READMEs what is TypeScript. (Their JavaScript is run on the packed packages: packages/consumer.ts.)
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { repositoryRoot } from '../repository.ts'

export interface Example {
  /** `packages/core/src/stamp.ts:31`, for titles. */
  readonly place: string
  readonly file: string
  readonly code: string
}

const COMMENT = /\/\*\*(.*?)\*\//gs
const EXAMPLE = /@example\b(.*?)(?=^@\w|(?![^]))/gms

/** All examples of the packages. */
export function findExamples(): readonly Example[] {
  const packages = join(repositoryRoot, 'packages')
  return readdirSync(packages).flatMap((name) => [
    ...examplesInReadme(join(packages, name, 'README.md')),
    ...readdirSync(join(packages, name, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|(?:^|\/)test\//.test(path))
      .sort()
      .flatMap((path) => examplesIn(join(packages, name, 'src', path))),
  ])
}

const BLOCK = /^```tsx?\n(.*?)^```/gms

function examplesInReadme(path: string): readonly Example[] {
  const file = relative(repositoryRoot, path)
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  return [...text.matchAll(BLOCK)].map(({ 1: code = '', index }) => ({
    place: `${file}:${text.slice(0, index).split('\n').length}`,
    file,
    code,
  }))
}

function examplesIn(path: string): readonly Example[] {
  const file = relative(repositoryRoot, path)
  return parseExamples(file, readFileSync(path, 'utf8'))
}

export function parseExamples(file: string, text: string): readonly Example[] {
  return [...text.matchAll(COMMENT)].flatMap(({ 1: comment = '', index }) => {
    const line = text.slice(0, index).split('\n').length
    const plain = comment.replaceAll(/^[ \t]*\*[ \t]?/gm, '')
    return [...plain.matchAll(EXAMPLE)].map(({ 1: code = '' }) => ({ place: `${file}:${line}`, file, code: code.trim() }))
  })
}
