// Do the packages, packed as npm would publish them, work for those who install them? publint asks whether package.json tells the
// truth about the files; "are the types wrong" asks whether every way of resolving an entry finds declarations that fit its code.
import { checkPackage, createPackageFromTarballData, type Problem, type ResolutionKind } from '@arethetypeswrong/core'
import { problemAffectsResolutionKind, problemKindInfo } from '@arethetypeswrong/core/problems'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { isTest } from '../repository.ts'
import { packPackages, type Packed } from './pack.ts'

/** The packages are modules: `require` and what came before `exports` find nothing, and that is meant. */
const RESOLUTIONS: readonly ResolutionKind[] = ['node16-esm', 'bundler']

const directory = mkdtempSync(join(tmpdir(), 'packed-'))
try {
  const faults = (await Promise.all(packPackages(directory).map(faultsOf))).flat()
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
} finally {
  rmSync(directory, { recursive: true })
}

async function faultsOf(packed: Packed): Promise<readonly string[]> {
  const tarball = Uint8Array.from(readFileSync(packed.tarball))
  return [...testsIn(packed), ...(await faultsOfManifest(packed, tarball)), ...(await faultsOfTypes(packed, tarball))]
}

/** Tests, their helpers and contract suites import what those who install a package do not have. */
function testsIn({ name, files }: Packed): readonly string[] {
  const tests = files.filter((path) => isTest({ path, text: '' }) || /[/-]contract\b/.test(path))
  return tests.map((path) => `${name}: ${path} is packed`)
}

async function faultsOfManifest({ name }: Packed, tarball: Uint8Array<ArrayBuffer>): Promise<readonly string[]> {
  const { messages, pkg } = await publint({ pack: { tarball: tarball.buffer }, strict: true })
  return messages.map((message) => `${name}: ${formatMessage(message, pkg, { color: false }) ?? message.code}`)
}

async function faultsOfTypes({ name, entries }: Packed, tarball: Uint8Array): Promise<readonly string[]> {
  if (entries.length === 0) return []
  const analysis = await checkPackage(createPackageFromTarballData(tarball))
  if (!analysis.types) return [`${name}: no declarations`]
  const concerns = (problem: Problem): boolean => RESOLUTIONS.some((kind) => problemAffectsResolutionKind(problem, kind, analysis))
  return analysis.problems
    .filter(concerns)
    .map((problem) => `${name}: ${problemKindInfo[problem.kind].description} ${JSON.stringify(problem)}`)
}
