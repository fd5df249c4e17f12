import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { transform } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { MUTANTS } from './catalogue.ts'
import { ELSEWHERE, GROUPS } from './groups.ts'
import { mutated } from './mutant.ts'
import { hashOf, storedRecords } from './records.ts'

const ROOT = join(import.meta.dirname, '../../../..')

describe('mutants', () => {
  it.each(MUTANTS)('[$group] $id still applies, and compiles', async (mutant) => {
    const source = readFileSync(join(ROOT, mutant.file), 'utf8')
    const fault = mutated(mutant, source)
    expect(fault).not.toBe(source)
    await expect(transform(fault, { loader: 'ts' })).resolves.toBeDefined()
  })

  it('have one name each', () => {
    expect(new Set(MUTANTS.map(({ id }) => id)).size).toBe(MUTANTS.length)
  })

  it('have records of themselves as they stand, and nobody else has', () => {
    const hashes = new Map(MUTANTS.map((mutant) => [mutant.id, hashOf(mutant)]))
    const stale = [...storedRecords()].filter(([id, { hash }]) => hash !== hashes.get(id)).map(([id]) => id)
    expect(stale, 'hunt them again: npm run mutants -- …').toEqual([])
  })

  it('are of every group of failure modes, or a reason is given', () => {
    const planted = new Set<string>(MUTANTS.map(({ group }) => group))
    const missing = Object.keys(GROUPS).filter((group) => !planted.has(group))
    expect(missing).toEqual(Object.keys(ELSEWHERE))
  })

  it('are refused where the source has moved on', () => {
    const mutant = { id: 'a', group: 'N1', without: 'nothing', file: 'a.ts', before: 'one', after: 'two' } as const
    expect(mutated(mutant, 'is one there')).toBe('is two there')
    expect(() => mutated(mutant, 'one and one')).toThrow('a.ts')
    expect(() => mutated(mutant, 'nobody')).toThrow('a.ts')
  })
})
