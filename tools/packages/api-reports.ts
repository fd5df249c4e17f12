// The public API as text, one report for each entry, in docs/api: a change of the API is a change of a committed file, and is seen
// in review. `npm run api` writes them; `npm run check` (with `--check`) fails where a report is not what the build gives.
// They also say of each export whether it is `(undocumented)`, and which types an entry uses and does not export: api-reports.test.ts.
import {
  CompilerState,
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type ExtractorMessage,
  ExtractorMessageCategory,
  type IConfigFile,
} from '@microsoft/api-extractor'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { repositoryRoot } from '../repository.ts'
import { type Entry, publishedPackages, type PublishedPackage } from './published.ts'

const reports = join(repositoryRoot, 'docs/api')
const checkOnly = process.argv.includes('--check')

const configs: readonly ExtractorConfig[] = publishedPackages().flatMap((published) =>
  published.entries.filter(isPromised).map((entry) => configOf(published, entry)),
)
const [first] = configs
if (first === undefined) throw new Error('no package is published')

mkdirSync(reports, { recursive: true })
// One program for all entries: reading the declarations is most of the time.
const compilerState = CompilerState.create(first, { additionalEntryPoints: configs.map((config) => config.mainEntryPointFilePath) })
const stale = configs.filter((config) => !isAsBuilt(config)).map((config) => basename(config.reportFilePath))
const orphans = orphansAmong(readdirSync(reports))
if (!checkOnly) for (const name of orphans) rmSync(join(reports, name))

if (checkOnly && stale.length + orphans.length > 0) {
  console.error(`The public API is not what docs/api says: ${[...stale, ...orphans].join(', ')}. If that is meant: npm run api`)
  process.exitCode = 1
}

/** Entries for simulations promise nothing, so a change of them is no change of the API. */
function isPromised({ specifier }: Entry): boolean {
  return !/\/testing(\/|$)/.test(specifier)
}

/** Compares, and writes unless it is only to be compared. */
function isAsBuilt(config: ExtractorConfig): boolean {
  const { apiReportChanged } = Extractor.invoke(config, { compilerState, localBuild: !checkOnly, messageCallback: report })
  return !apiReportChanged
}

/** Reports of entries that are no more. */
function orphansAmong(names: readonly string[]): readonly string[] {
  const expected = new Set(configs.map((config) => basename(config.reportFilePath)))
  return names.filter((name) => name.endsWith('.api.md') && !expected.has(name))
}

function report(message: ExtractorMessage): void {
  message.handled = true
  if (message.category === ExtractorMessageCategory.Compiler) throw new Error(message.text)
}

/** As an app would read the declarations: built, without the condition that leads to sources. */
function compilerFor(types: string): object {
  return {
    compilerOptions: {
      target: 'ES2023',
      module: 'nodenext',
      lib: ['ES2023', 'ESNext.Disposable', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
      types: ['node'],
      jsx: 'react-jsx',
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
    },
    files: [types],
  }
}

function configOf({ directory }: PublishedPackage, { specifier, types }: Entry): ExtractorConfig {
  const configObject: IConfigFile = {
    projectFolder: directory,
    mainEntryPointFilePath: types,
    newlineKind: 'lf',
    compiler: { overrideTsconfig: compilerFor(types) },
    apiReport: {
      enabled: true,
      reportFileName: `${specifier.replace('@tombolo/', '').replaceAll('/', '-')}.api.md`,
      reportFolder: reports,
      reportTempFolder: join(repositoryRoot, 'node_modules/.cache/api-reports'),
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    messages: {
      extractorMessageReporting: {
        default: { logLevel: ExtractorLogLevel.None },
        'ae-forgotten-export': { logLevel: ExtractorLogLevel.None, addToApiReportFile: true },
      },
      // Doc comments are read by TypeScript, whose tags they use, and not by TSDoc's stricter parser.
      tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
    },
  }
  return ExtractorConfig.prepare({ configObject, configObjectFullPath: undefined, packageJsonFullPath: join(directory, 'package.json') })
}
