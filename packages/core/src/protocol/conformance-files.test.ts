import { expect, test } from 'vitest'
import { type Case, PROTOCOL_CASES } from '../test/protocol-cases.ts'

const fileOf = (name: string): string => new URL(`../../../../conformance/protocol/${name}.json`, import.meta.url).pathname
const linesOf = (cases: readonly Case[]): string => `[\n${cases.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`

test.each(Object.keys(PROTOCOL_CASES))('conformance/protocol/%s.json is what the cases say (-u writes it)', async (name) => {
  await expect(linesOf(PROTOCOL_CASES[name] ?? [])).toMatchFileSnapshot(fileOf(name))
})
