// The examples in the doc comments of the sources: what stands after `@example` up to the next tag, or to the end of the comment.
import { readdirSync, readFileSync } from 'node:fs'
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
  return readdirSync(packages).flatMap((name) =>
    readdirSync(join(packages, name, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|(?:^|\/)test\//.test(path))
      .sort()
      .flatMap((path) => examplesIn(join(packages, name, 'src', path))),
  )
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
