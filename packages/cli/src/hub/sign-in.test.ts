import { expect, it } from 'vitest'
import { signInFor } from './sign-in.ts'

const provider = { TOMBOLO_JWT_ISSUER: 'https://id.test', TOMBOLO_JWT_AUDIENCE: 'notes' }

it('people sign in by the tokens of the provider that the environment names', () => {
  expect(signInFor({ dev: false }, { ...provider, TOMBOLO_JWT_SECRET: Buffer.alloc(32).toString('base64url') })).toMatchObject({
    type: 'tokens',
  })
  expect(signInFor({ dev: false }, { ...provider, TOMBOLO_JWT_KEYS: 'https://id.test/keys' })).toMatchObject({ type: 'tokens' })
  expect(signInFor({ dev: true }, {})).toMatchObject({ type: 'dev' })
})

it.each([{}, provider, { ...provider, TOMBOLO_JWT_SECRET: 'short' }, { ...provider, TOMBOLO_JWT_KEYS: 'no url' }])(
  '%j does not say how',
  (variables) => {
    expect(() => signInFor({ dev: false }, variables)).toThrow(expect.objectContaining({ code: 'cli.auth' }))
  },
)
