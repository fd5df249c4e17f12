/** Replays the corpus, and tries some inputs that nobody has tried yet. */
import { describe, expect, test } from 'vitest'
import { Corpus } from './corpus.ts'
import { failureOf, fuzz } from './fuzz.ts'
import { CORPUS } from './paths.ts'
import { Finding } from './target.ts'
import { targets } from './targets/index.ts'

const RUNS = 150

describe.each(targets.map((target) => [target.name, target] as const))('%s', (_, target) => {
  const known = new Corpus(CORPUS, target).inputs()

  test('[P5] nothing in the corpus breaks a promise', async () => {
    const broken = []
    for (const { file, input } of known) if ((await failureOf(target, input)) !== null) broken.push(file)
    expect(broken).toEqual([])
  })

  test('[P5] nor do inputs made from it', async () => {
    const { finding } = await fuzz(target, { seed: 1, known: known.map(({ input }) => input), goesOn: (runs) => runs < RUNS })
    expect(finding).toBeNull()
  })
})

test('a fuzzer finds a planted fault', async () => {
  const target = {
    name: 'planted',
    seeds: () => [new TextEncoder().encode('{"a":[1,2]}')],
    run(input: Uint8Array): void {
      const text = new TextDecoder().decode(input)
      if (text.includes('__proto__')) throw new Finding('planted')
    },
  }
  const { finding } = await fuzz(target, { seed: 1, known: [], goesOn: (runs) => runs < 5000 })
  expect(finding?.error).toBeInstanceOf(Finding)
})
