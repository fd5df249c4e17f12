// An example as a module that compiles: what it uses and does not declare is imported, from the file that it documents, from the world
// in which all examples play (world.ts), or from the packages. `expression // literal` becomes a result to compare.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '../repository.ts'
import type { Example } from './find.ts'

/** Where the name comes from: a package or a file. */
type Source = ReadonlyMap<string, string>

export interface ExampleModule extends Example {
  readonly text: string
  /** Says what it gives, and so is run. */
  readonly hasResults: boolean
}

const RESULT = /^(?!\s|const |let |return |\/\/)(.+?) \/\/ ('[^']*'|-?[\d_]+|true|false|null|undefined|\[.*\]|\{.*\})$/gm
const IMPORT = /^import .*$/gm
const DECLARED = /\b(?:const|let|function|class|type|interface)[ \t]+(\w+)|\b(?:const|let)[ \t]+[{[]([^=]*)[}\]]\s*=|^import (.*) from/gm
const EXPORTED = /^export (?:declare )?(?:abstract )?(?:async )?(?:function|const|class|interface|type|enum) (\w+)/gm

export function moduleOf(example: Example, directory: string): ExampleModule {
  const imports = [...example.code.matchAll(IMPORT)].map(([line]) => line.replace(/'\.\/schema\.ts'/, `'${WORLD}'`))
  const body = example.code.replaceAll(IMPORT, '').replaceAll(RESULT, 'results.push([$1, $2])')
  const file = join(repositoryRoot, example.file)
  const sources: readonly Source[] = [namesIn(file), namesIn(WORLD), publicNames(packageOf(example.file)), publicNames()]
  // Their types are declared for all of a program by importing them once.
  if (body.includes('<tombolo-')) imports.push(`import type {} from '@tombolo/elements/jsx'`)
  const text = `// ${example.place}
${[...imports, ...importsFor(example.code, sources)].join('\n')}

export async function example(results: [unknown, unknown][]) {
${body}
}
`
  return { ...example, text: text.replaceAll(`'${repositoryRoot}/`, `'${up(directory)}/`), hasResults: body.includes('results.push(') }
}

const WORLD = join(repositoryRoot, 'tools/examples/world.ts')

const up = (directory: string): string =>
  directory
    .slice(repositoryRoot.length + 1)
    .split('/')
    .map(() => '..')
    .join('/')

function importsFor(code: string, sources: readonly Source[]): readonly string[] {
  const declared = new Set([...code.matchAll(DECLARED)].flatMap((match) => match.slice(1).flatMap((names) => names?.match(/\w+/g) ?? [])))
  const used = new Set([...code.matchAll(/(?<![.\w'"])[A-Za-z]\w*/g)].map(([name]) => name))
  return [...used].flatMap((name) => {
    if (declared.has(name)) return []
    const from = sources.find((names) => names.has(name))?.get(name)
    return from === undefined ? [] : [`import { ${name} } from '${from}'`]
  })
}

const namesIn = (file: string): Source =>
  new Map([...readFileSync(file, 'utf8').matchAll(EXPORTED)].flatMap(([, name]) => (name === undefined ? [] : [[name, file]])))

const packageOf = (file: string): string => file.split('/')[1] ?? ''

/** The public names of a package, or of all, as the API reports list them. */
function publicNames(folder = ''): Source {
  const reports = join(repositoryRoot, 'docs/api')
  const names = existsSync(reports) ? readdirSync(reports).filter((name) => name.startsWith(folder) && name.endsWith('.api.md')) : []
  // The first entry that has a name keeps it: a package's main entry comes before its subpaths.
  return new Map(names.toReversed().flatMap((name) => entryNames(join(reports, name), specifierOf(name))))
}

const specifierOf = (report: string): string => `@tombolo/${report.replace('.api.md', '').replace('-', '/')}`

const entryNames = (report: string, specifier: string): readonly (readonly [string, string])[] =>
  [...readFileSync(report, 'utf8').matchAll(EXPORTED)].flatMap(([, name]) => (name === undefined ? [] : [[name, specifier] as const]))
