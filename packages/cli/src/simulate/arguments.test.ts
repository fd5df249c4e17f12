import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { CliError } from '../cli-error.ts'
import { parseSimulateArguments } from './arguments.ts'

const SCHEMA = fileURLToPath(new URL('../test/schema.ts', import.meta.url))
const parse = (...args: readonly string[]) =>
  parseSimulateArguments(['--schema', 'schema.ts', ...args], fileURLToPath(new URL('../test', import.meta.url)))

describe('the arguments of tombolo simulate', () => {
  test('have defaults', () => {
    expect(parse('--jobs', '1')).toEqual({
      schema: SCHEMA,
      older: null,
      seeds: 200,
      from: 1,
      jobs: 1,
      seed: null,
      timeline: false,
      json: false,
    })
  })

  test('are taken', () => {
    expect(parse('--seeds', '7', '--from', '0', '--older', 'schema.ts', '--json')).toMatchObject({
      seeds: 7,
      from: 0,
      older: SCHEMA,
      json: true,
    })
    expect(parse('--seed', '17', '--timeline')).toMatchObject({ seed: 17, timeline: true })
  })

  test.each<readonly [string, readonly string[], string]>([
    ['cli.arguments', ['--sedes', '3'], "Unknown option '--sedes'"],
    ['cli.arguments', ['--seeds', 'many'], "--seeds takes a whole number from 1, not 'many'"],
    ['cli.arguments', ['--seeds', '0'], '--seeds takes a whole number from 1'],
    ['cli.arguments', ['--from', '1.5'], '--from takes a whole number from 0'],
    ['cli.arguments', ['--jobs', '0'], '--jobs takes a whole number from 1'],
    ['cli.arguments', ['--timeline'], 'say which with --seed'],
    ['cli.arguments', ['--seed', '3', '--seeds', '4'], '--seeds is for many worlds'],
    ['cli.schema', ['--older', 'nothing.ts'], 'there is no file'],
  ])('%s: %j', (code, args, words) => {
    const refused = expect.objectContaining({ code, message: expect.stringContaining(words) as string }) as CliError
    expect(() => parse(...args)).toThrow(refused)
  })

  test('a schema is needed', () => {
    expect(() => parseSimulateArguments([], '.')).toThrow(CliError)
  })
})
