import { describe, expect, test } from 'vitest'
import { SchemaError } from './codes.ts'
import { string } from './fields.ts'
import { checkFrom, type StandardSchema } from './standard.ts'

const validator = (validate: StandardSchema['~standard']['validate']): StandardSchema => ({
  '~standard': { version: 1, vendor: 'test', validate },
})

describe('a check is a function or a Standard Schema validator', () => {
  test('a function says what is wrong', () => {
    const check = checkFrom((value) => (value === 'a' ? null : 'not a'))
    expect([check('a'), check('b')]).toEqual([null, 'not a'])
  })

  test('a validator lists its issues; a value that it transforms stays as it was', () => {
    const check = checkFrom(
      validator((value) => (value === 'a' ? { value: 'transformed' } : { issues: [{ message: 'not a' }, { message: 'nor c' }] })),
    )
    expect([check('a'), check('b')]).toEqual([null, 'not a; nor c'])
  })

  test('a validator may be a function', () => {
    const callable = Object.assign(
      () => 'called',
      validator(() => ({ issues: [{ message: 'asked' }] })),
    )
    expect(checkFrom(callable)('a')).toBe('asked')
  })
})

const faultOf = (act: () => unknown): unknown => {
  try {
    return act()
  } catch (error) {
    return error instanceof SchemaError ? [error.code, error.message] : error
  }
}

describe('an asynchronous check is refused, and told why', () => {
  const refusal = ['declaration.check', expect.stringContaining('synchronous')]
  test('an async function, where it is declared', () => {
    // @ts-expect-error a check answers at once
    expect(faultOf(() => string().check(async () => null))).toEqual(refusal)
  })
  test('a function that returns a promise, at its first use', () => {
    // @ts-expect-error a check answers at once
    const check = checkFrom(() => Promise.resolve(null))
    expect(faultOf(() => check('a'))).toEqual(refusal)
  })
  test('a validator that returns a promise, at its first use', () => {
    const check = checkFrom(validator((value) => Promise.resolve({ value })))
    expect(faultOf(() => check('a'))).toEqual(refusal)
  })
  test('anything else is no check', () => {
    // @ts-expect-error a pattern is no check
    expect(faultOf(() => checkFrom(/a/))).toEqual(['declaration.check', expect.stringContaining('Standard Schema')])
  })
})
