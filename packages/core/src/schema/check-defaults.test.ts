import { expect, test } from 'vitest'
import { collection, schema } from './build.ts'
import { checkDefaults } from './check-defaults.ts'
import { number, string } from './fields.ts'

const declared = (title: unknown) =>
  schema({ version: 1, collections: { notes: collection({ title: title as ReturnType<typeof string> }) } })
const never = (): string => 'never'

test.each([
  ['of another type', number().default('1' as unknown as number)],
  ['that a check refuses', number().check(never).default(1)],
  ['that a check refuses which is declared after it', number().default(1).check(never)],
])('[P5] a default %s is found when the schema is first used', (_what, title) => {
  const app = declared(title)
  expect(() => checkDefaults(app)).toThrow(
    expect.objectContaining({ code: 'declaration.default', message: expect.stringContaining('notes.title') as string }),
  )
})

test('[P5] a default that fits is none', () => {
  expect(() => checkDefaults(declared(string().default('')))).not.toThrow()
})
