/**
 * docs/spec/errors.md lists every code that is raised anywhere, and every code that it lists is raised, or is marked as reserved.
 * Told by the text of the sources: a code is always written out where it is raised.
 */
import { describe, expect, test } from 'vitest'
import { isCode, isGenerated, isTest, listFiles, readTextFiles } from './repository.ts'

const isSource = (path: string): boolean => /^packages\/(?:(?:core|client|hub|cli)\/src|testkit\/src\/simulate)\//.test(path)
const sources = readTextFiles(listFiles().filter(isSource)).filter((file) => isCode(file) && !isTest(file) && !isGenerated(file))

/** Where codes are declared or explained: what stands there only is raised nowhere. */
const TABLES = ['core/src/protocol/problem.ts', 'core/src/protocol/rejection.ts', 'core/src/schema/codes.ts', 'client/src/page/errors.ts']
/** File names that look like codes. */
const NOT_CODES = new Set(['hub.key', 'hub.sqlite'])

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
const quotedIn = (text: string): readonly string[] => Array.from(withoutComments(text).matchAll(/'([a-zA-Z.]+)'/g), ([, code = '']) => code)
const quoted = (rooms: readonly string[]): ReadonlySet<string> => {
  const files = sources.filter(
    ({ path }) => rooms.some((room) => path.startsWith(`packages/${room}/`)) && !TABLES.some((table) => path.endsWith(table)),
  )
  return new Set(files.flatMap(({ text }) => quotedIn(text)))
}

interface Listed {
  readonly code: string
  readonly isReserved: boolean
}

const [page] = readTextFiles(['docs/spec/errors.md'])
const chapters = new Map(
  (page?.text ?? '')
    .split(/^## /m)
    .slice(1)
    .map((chapter) => [chapter.slice(0, chapter.indexOf('\n')), listedIn(chapter)] as const),
)

/** Each code has a section, or a row of a table. */
function listedIn(chapter: string): readonly Listed[] {
  const sections = chapter.split(/^### /m).slice(1)
  const rows = Array.from(chapter.matchAll(/^\| `([\w.]+)` \|/gm), ([, code = '']) => ({ code, isReserved: false }))
  return [...sections.map((text) => ({ code: text.slice(1, text.indexOf('`\n')), isReserved: text.includes('*Reserved.*') })), ...rows]
}

const ALL = ['core', 'client', 'hub', 'cli', 'testkit']

describe('docs/spec/errors.md', () => {
  test.each([
    ['Problems', ['core', 'hub']],
    ['Refusals by syncing', ['core/src/access', 'hub']],
    ['Refusals by the schema', ['core', 'hub']],
    ['Faults of a schema', ['core']],
    ['Errors of the API', ['client']],
    ['Errors of a hub that cannot start', ['hub', 'cli']],
    ['Errors of an app that cannot be simulated', ['testkit']],
  ] as const)('%s: what is raised is listed, and what is reserved is not raised', (chapter, rooms) => {
    const codes = chapters.get(chapter) ?? []
    const raised = quoted(rooms)
    expect(codes.length).toBeGreaterThan(3)
    expect(codes.filter(({ code, isReserved }) => raised.has(code) === isReserved)).toEqual([])
  })

  test('no code is raised that is not listed', () => {
    const listed = new Set(Array.from((page?.text ?? '').matchAll(/`([a-z]+\.\w+)`/g), ([, code = '']) => code))
    const families = new Set(Array.from(listed, (code) => code.slice(0, code.indexOf('.'))))
    const isOfFamily = (word: string): boolean => /^[a-z]+\.[a-zA-Z]+$/.test(word) && families.has(word.slice(0, word.indexOf('.')))
    const unlisted = [...quoted(ALL)].filter((word) => isOfFamily(word) && !listed.has(word) && !NOT_CODES.has(word))
    expect(unlisted).toEqual([])
  })
})
