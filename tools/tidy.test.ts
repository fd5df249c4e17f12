// The rules of the repository, run as ordinary tests: first that each catches its fault, then that the repository has none.
import { describe, expect, test } from 'vitest'
import { listFiles, readTextFiles, type SourceFile } from './repository.ts'
import {
  findBadNames,
  findBrokenLinks,
  findForeignPaths,
  findLongFiles,
  findMissingFiles,
  findMissingProofs,
  findPostponedWork,
  findRepeatedRequirements,
  findSwitchedOffTests,
  findUnknownRequirements,
  findUntestedRequirements,
} from './tidy.ts'

const paths = listFiles()
const files = readTextFiles(paths)
// The titles in the examples below prove nothing.
const filesButThis = files.filter(({ path }) => path !== 'tools/tidy.test.ts')

const file = (path: string, text: string): SourceFile => ({ path, text })
const spec = (text: string): SourceFile => file('docs/spec/push.md', text)
// Put together here, so that this file keeps the rules that it breaks for the test's sake.
const together = (...parts: readonly string[]): string => parts.join('')

describe('source files have at most 350 lines', () => {
  test('a longer file is found; tests and generated files may be longer', () => {
    const text = 'x\n'.repeat(351)
    const long = ['a.ts', 'a.test.ts', 'src/test/a.ts', 'a.generated.ts', 'a.md'].map((path) => file(path, text))
    expect(findLongFiles(long)).toEqual(['a.ts: 351 lines, at most 350'])
  })

  test('in this repository', () => {
    expect(findLongFiles(files)).toEqual([])
  })
})

describe('names are kebab-case', () => {
  test('other spellings are found', () => {
    const bad = ['src/mergeRecord.ts', 'src/merge_record.ts', 'src/Merge/record.ts', 'docs/Notes.md']
    const good = ['src/merge-record.test.ts', 'README.md', 'docs/0001-why.md', '.ci/run', 'tsconfig.base.json', '.dependency-cruiser.cjs']
    expect(findBadNames([...bad, ...good])).toEqual(bad)
  })

  test('in this repository', () => {
    expect(findBadNames(paths)).toEqual([])
  })
})

describe('no test is switched off', () => {
  const switchedOff = [
    ['it', '.skip("…")'],
    ['test', '.only("…")'],
    ['it', '.todo("…")'],
    ['describe', '.skip("…")'],
    ['test', '.skipIf(x)("…")'],
    ['test', '.concurrent.skip("…")'],
    ['x', 'it("…")'],
  ].map((parts) => together(...parts))

  test.each(switchedOff)('%s is found', (code) => {
    expect(findSwitchedOffTests([file('a.test.ts', code)])).toHaveLength(1)
  })

  test('words that only look like it are not', () => {
    expect(findSwitchedOffTests([file('a.test.ts', 'replica.skip(1); exit(); test.each(cases)("…")')])).toEqual([])
  })

  test('in this repository', () => {
    expect(findSwitchedOffTests(files)).toEqual([])
  })
})

describe('no work is postponed in a comment', () => {
  test.each([
    ['// TO', 'DO: later'],
    ['/* FIX', 'ME */'],
  ])('%s%s is found', (...parts) => {
    expect(findPostponedWork([file('a.ts', together(...parts))])).toHaveLength(1)
  })

  test('in this repository', () => {
    expect(findPostponedWork(files)).toEqual([])
  })
})

describe('the repository stands alone', () => {
  test.each([
    ['see /wo', 'rk/main'],
    ['see ../sha', 'red/design'],
    ['see .libr', 'ary/x'],
  ])('%s%s is found', (...parts) => {
    expect(findForeignPaths([file('a.md', together(...parts))])).toHaveLength(1)
  })

  test('in this repository', () => {
    expect(findForeignPaths(files)).toEqual([])
  })
})

describe('every requirement has a test, and every test its requirement', () => {
  const defined = spec('**[P1]** one\n- **[P2]** two\n- **[FM-S3]** three\n- **[H-CONV]** four\ntext that mentions **[P9]**\n')
  const tests = file('a.test.ts', "test('[P1] …')\ntest.each(x)(`[P2, P7] …`)\ntest('[M4] …')\ntest('[H-CONV] …')\nconst x = [P3]")

  test('a requirement without a test is found', () => {
    expect(findUntestedRequirements([defined, tests])).toEqual(['docs/spec/push.md: no test is titled [FM-S3]'])
  })

  test('a test whose requirement is not among those of its family is found', () => {
    expect(findUnknownRequirements([defined, tests])).toEqual(['a.test.ts: no specification defines [P7]'])
  })

  test('a requirement that is defined twice is found', () => {
    expect(findRepeatedRequirements([defined, file('docs/spec/pull.md', '**[P2]** other')])).toEqual([
      'docs/spec/pull.md: [P2] is already defined in docs/spec/push.md',
    ])
  })

  test('in this repository every requirement has a test', () => {
    expect(findUntestedRequirements(filesButThis)).toEqual([])
  })

  test('in this repository every test has its requirement', () => {
    expect(findUnknownRequirements(filesButThis)).toEqual([])
  })

  test('in this repository no id has two meanings', () => {
    expect(findRepeatedRequirements(files)).toEqual([])
  })
})

describe('every promise is proven where it says', () => {
  const tests = file('packages/a/src/b.test.ts', "test('[P3] once', () => {})")
  const missing = (proof: string): readonly string[] =>
    findMissingProofs([file('docs/guarantees.md', `| promise | proven by |\n| --- | --- |\n| It is. | ${proof} |`), tests])

  test('a place without tests, and a requirement that is tested elsewhere, are found', () => {
    expect(missing('[P3] `packages/c`')).toEqual([
      'docs/guarantees.md: packages/c holds no test',
      'docs/guarantees.md: no test of [P3] in packages/c',
    ])
    expect(missing('[P3] [P4] `packages/a`')).toEqual(['docs/guarantees.md: no test of [P4] in packages/a'])
  })

  test('a file or a folder will do, and more than one', () => {
    expect(missing('[P3] `packages/a/src/b.test.ts`')).toEqual([])
    expect(missing('[P3] `packages/a/src` in a browser')).toEqual([])
  })

  test('in this repository', () => {
    expect(findMissingProofs(filesButThis)).toEqual([])
  })
})

describe('every relative link in Markdown resolves', () => {
  const known = ['docs/a.md', 'docs/spec/b.md', 'LICENSE']
  const broken = (text: string): readonly string[] => findBrokenLinks([file('docs/a.md', text)], known)

  test('a link to nowhere is found', () => {
    expect(broken('[x](c.md) [y](./spec/c.md#part)\n\n[z]: ../nowhere')).toEqual([
      'docs/a.md: c.md does not exist',
      'docs/a.md: ./spec/c.md#part does not exist',
      'docs/a.md: ../nowhere does not exist',
    ])
  })

  test('files, folders, anchors, addresses and code are fine', () => {
    expect(broken('[x](spec/b.md#y) [f](spec/) [r](../LICENSE) [a](#b) [w](https://a.b/c) `[c](d)`\n```\n[c](d)\n```\n')).toEqual([])
  })

  test('in this repository', () => {
    expect(findBrokenLinks(files, paths)).toEqual([])
  })
})

describe('every file that is named exists', () => {
  const known = ['packages/core/src/merge/rules.ts', 'apps/notes/src/main.tsx']
  const missing = (path: string, text: string): readonly string[] => findMissingFiles([file(path, text)], known)

  test('a name of no file is found in comments and documents', () => {
    const code = together('/** See merge/life.ts. */\n/', '/ and ../schema/rules.ts\nconst x = 1 /', '/ main.ts')
    expect(missing('a.ts', code)).toEqual([
      'a.ts: merge/life.ts does not exist',
      'a.ts: schema/rules.ts does not exist',
      'a.ts: main.ts does not exist',
    ])
    expect(missing('a.md', 'Start in `packages/core/merge.ts`.')).toEqual(['a.md: packages/core/merge.ts does not exist'])
  })

  test('names by the end of a path, patterns, declarations and code are fine', () => {
    expect(missing('a.md', '`rules.ts`, (../merge/rules.ts), packages/core/src/merge/rules.ts; main.tsx, `*.test.ts`, index.d.ts')).toEqual(
      [],
    )
    expect(missing('a.ts', "import { x } from './nowhere.ts'")).toEqual([])
    expect(missing('docs/api/a.api.md', 'nowhere.ts')).toEqual([])
  })

  test('in this repository', () => {
    expect(findMissingFiles(files, paths)).toEqual([])
  })
})

test('the rules see the files of this repository', () => {
  expect(files.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['package.json', 'tools/tidy.ts', '.ci/run', 'packages/core/package.json']),
  )
})
