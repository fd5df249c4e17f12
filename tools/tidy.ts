// The rules of this repository that no other tool checks, as pure functions over its files. Each returns a line per
// fault, and says in its comment what the rule is for. tidy.test.ts runs them on the repository.
import { posix } from 'node:path'
import { isCode, isGenerated, isTest, type SourceFile } from './repository.ts'

const LINES_MAX = 350
const KEBAB_CASE = /^\.?[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/
// Names that tools and people look for in capitals.
const CAPITAL_NAMES = new Set(['README.md', 'LICENSE', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'ARCHITECTURE.md', 'NOTICE'])

/** A file that is longer hides more than one idea, and nobody reads it from top to bottom. */
export function findLongFiles(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter((file) => isCode(file) && !isTest(file) && !isGenerated(file))
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > LINES_MAX)
    .map(({ path, lines }) => `${path}: ${lines} lines, at most ${LINES_MAX}`)
}

/** One spelling of names: nobody guesses, and case-insensitive disks see no twins. */
export function findBadNames(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => path.split('/').some((name) => !KEBAB_CASE.test(name) && !CAPITAL_NAMES.has(name)))
}

/** A test that does not run, or keeps others from running, protects nobody and looks as if it did. */
export function findSwitchedOffTests(files: readonly SourceFile[]): readonly string[] {
  return findLines(
    files.filter(isTest),
    /\b(?:it|test|describe|suite)(?:\.\w+)*\.(?:skip|only|todo|skipIf|runIf|fails)\b|\bx(?:it|describe)\(/,
  )
}

/** What is left to do is kept where it is decided and seen, not in a comment that only its author finds. */
export function findPostponedWork(files: readonly SourceFile[]): readonly string[] {
  return findLines(files, new RegExp(`\\b(?:${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')}|${['XX', 'X'].join('')})\\b`))
}

/** The repository stands alone: it names no folder of the machine that it was written on. */
export function findForeignPaths(files: readonly SourceFile[]): readonly string[] {
  const foreign = [
    ['/wo', 'rk/'],
    ['../sha', 'red'],
    ['.libr', 'ary'],
  ].map((parts) => parts.join('').replaceAll('.', '\\.'))
  return findLines(files, new RegExp(foreign.join('|')))
}

/** A requirement without a test is a wish. A specification defines one by a line that starts with its id in bold: **[P3]**. */
export function findUntestedRequirements(files: readonly SourceFile[]): readonly string[] {
  const tested = new Set(files.filter(isTest).flatMap(({ text }) => [...titledRequirements(text)]))
  return definedRequirements(files).flatMap(({ id, path }) => (tested.has(id) ? [] : [`${path}: no test is titled [${id}]`]))
}

/** A test that names a requirement nobody wrote down has a typing error, or outlived what it proved. */
export function findUnknownRequirements(files: readonly SourceFile[]): readonly string[] {
  const defined = definedRequirements(files).map(({ id }) => id)
  const families = new Set(defined.map(familyOf))
  const known = new Set(defined)
  return files
    .filter(isTest)
    .flatMap(({ path, text }) => [...titledRequirements(text)].map((id) => ({ path, id })))
    .filter(({ id }) => families.has(familyOf(id)) && !known.has(id))
    .map(({ path, id }) => `${path}: no specification defines [${id}]`)
}

/** Two meanings under one id make every title that names it a lie. */
export function findRepeatedRequirements(files: readonly SourceFile[]): readonly string[] {
  const firstPathById = new Map<string, string>()
  return definedRequirements(files).flatMap(({ id, path }) => {
    const first = firstPathById.get(id)
    firstPathById.set(id, first ?? path)
    return first === undefined ? [] : [`${path}: [${id}] is already defined in ${first}`]
  })
}

/**
 * A promise names where it is proven: `| what | [P3] `path`, `folder` |`. The paths hold tests, and each id stands in the title of one of
 * them; else the proof is a story.
 */
export function findMissingProofs(files: readonly SourceFile[]): readonly string[] {
  const tests = files.filter(isTest)
  const at = (place: string): readonly SourceFile[] => tests.filter((test) => selfAndFolders(test.path).includes(place))
  return files
    .filter(({ path }) => path === 'docs/guarantees.md')
    .flatMap(({ path, text }) => [...text.matchAll(/^\| (?!promise|---)(.*?) \| (.*) \|$/gm)].map((row) => ({ path, proof: row[2] ?? '' })))
    .flatMap(({ path, proof }) => {
      const places = [...proof.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')
      const titled = new Set(places.flatMap(at).flatMap(({ text }) => [...titledRequirements(text)]))
      const ids = [...proof.matchAll(new RegExp(`\\[(${REQUIREMENT})\\]`, 'g'))].map((match) => match[1] ?? '')
      return [
        ...places.filter((place) => at(place).length === 0).map((place) => `${path}: ${place} holds no test`),
        ...ids.filter((id) => !titled.has(id)).map((id) => `${path}: no test of [${id}] in ${places.join(', ')}`),
      ]
    })
}

/** A reader who follows a link arrives. */
export function findBrokenLinks(files: readonly SourceFile[], paths: readonly string[]): readonly string[] {
  const targets = new Set(paths.flatMap(selfAndFolders))
  return files
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap(({ path, text }) =>
      linksOf(text)
        .map((link) => ({ link, target: posix.join(posix.dirname(path), decodeURIComponent(link.replace(/[#?].*$/, ''))) }))
        .filter(({ target }) => !targets.has(target.replace(/\/$/, '')))
        .map(({ link }) => `${path}: ${link} does not exist`),
    )
}

/** A file that is named in a comment or a document exists, so that a reader who looks for it finds it: `merge/rules.ts` is any path's end. */
export function findMissingFiles(files: readonly SourceFile[], paths: readonly string[]): readonly string[] {
  const known = new Set(paths.flatMap(endsOf))
  return files
    .filter(({ path }) => !path.startsWith('docs/api/'))
    .flatMap((file) => proseOf(file).flatMap((line) => namedFiles(line).map((name) => ({ path: file.path, name }))))
    .filter(({ name }) => !known.has(name))
    .map(({ path, name }) => `${path}: ${name} does not exist`)
}

function findLines(files: readonly SourceFile[], pattern: RegExp): readonly string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  )
}

// P3, FM-S3, H-CONV.
const REQUIREMENT = '[A-Z]+(?:-?[A-Z]*\\d+[a-z]?|-[A-Z]+)'

function definedRequirements(files: readonly SourceFile[]): readonly { readonly id: string; readonly path: string }[] {
  const definition = new RegExp(`^\\s*(?:- )?\\*\\*\\[(${REQUIREMENT})\\]`, 'gm')
  return files
    .filter(({ path }) => path.startsWith('docs/spec/') && path.endsWith('.md'))
    .flatMap(({ path, text }) => [...text.matchAll(definition)].map((match) => ({ id: match[1] ?? '', path })))
}

/** The ids at the start of strings: `[P3] …`, `[P3][P4] …` and `[P3, P4] …`. In tests such strings are titles. */
function titledRequirements(text: string): ReadonlySet<string> {
  const titles = text.matchAll(new RegExp(`['"\`]((?:\\[${REQUIREMENT}(?:, ?${REQUIREMENT})*\\] ?)+)`, 'g'))
  return new Set([...titles].flatMap((title) => (title[1] ?? '').match(new RegExp(REQUIREMENT, 'g')) ?? []))
}

/** The letters of an id: requirements of one family are written down together. */
const familyOf = (id: string): string => id.replace(/[-\d].*$/, '')

/** The relative targets of links and images, outside code. */
function linksOf(markdown: string): readonly string[] {
  const prose = markdown.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '')
  const inline = [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)]
  const references = [...prose.matchAll(/^\[[^\]]+\]:\s+(\S+)/gm)]
  return [...inline, ...references].map((match) => match[1] ?? '').filter((link) => !/^(?:[a-z][a-z+.-]*:|#|\/)/i.test(link))
}

/** `docs/spec/merge.md` and every folder that it is in; a link may point to either. */
function selfAndFolders(path: string): readonly string[] {
  const parts = path.split('/')
  return ['.', ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))]
}

/** The lines of a document, or the comments of code, that a person reads. */
function proseOf({ path, text }: SourceFile): readonly string[] {
  if (path.endsWith('.md')) return text.split('\n')
  return isCode({ path, text }) ? (text.match(/^\s*(?:\*|\/\*|\/\/|\{\/\*).*|\s\/\/ .*/gm) ?? []) : []
}

/** TypeScript files by name, without a leading `./` or `../`. A pattern (`*.test.ts`) names none, nor does a declaration (`index.d.ts`). */
const namedFiles = (line: string): readonly string[] =>
  [...line.matchAll(/(?<![\w*<>{}./-])(?:\.{1,2}\/)*((?:[\w@-][\w.@-]*\/)*[\w-][\w.-]*\.tsx?)\b/g)]
    .map((match) => match[1] ?? '')
    .filter((name) => !name.endsWith('.d.ts'))

/** `merge/rules.ts` by each of its ends: itself, and `rules.ts`. */
function endsOf(path: string): readonly string[] {
  const parts = path.split('/')
  return parts.map((_, index) => parts.slice(index).join('/'))
}
