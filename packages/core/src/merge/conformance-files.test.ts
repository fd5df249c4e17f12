import { expect, test } from 'vitest'
import { type Case, MERGE_CASES } from '../test/merge-cases.ts'

const fileOf = (name: string): string => new URL(`../../../../conformance/${name}.json`, import.meta.url).pathname
const linesOf = (cases: readonly Case[]): string => `[\n${cases.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`

test.each(Object.keys(MERGE_CASES))('conformance/%s.json is what the cases say (-u writes it)', async (name) => {
  await expect(linesOf(MERGE_CASES[name] ?? [])).toMatchFileSnapshot(fileOf(name))
})
