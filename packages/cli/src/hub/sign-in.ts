/** The sign-in of this hub: everybody on this machine (--dev), or tokens of an identity provider that the environment names. */
import { base64url } from '@tombolo/core'
import { type Authenticate, devAuth, type DevAuth, jwtAuth, type JwtOptions } from '@tombolo/hub'
import { environment } from '@tombolo/hub/node'
import { CliError } from '../cli-error.ts'
import type { HubArguments } from './arguments.ts'

export type SignIn = { readonly type: 'dev'; readonly dev: DevAuth } | { readonly type: 'tokens'; readonly auth: Authenticate }

export type Environment = Readonly<Record<string, string | undefined>>

export const SIGN_IN_HELP: string = `    Without --dev, people sign in by JSON Web Token. The environment says whose:
      TOMBOLO_JWT_ISSUER, TOMBOLO_JWT_AUDIENCE
      TOMBOLO_JWT_KEYS        where the provider publishes its key set, or
      TOMBOLO_JWT_SECRET      a shared secret of at least 32 bytes, in base64url
      TOMBOLO_JWT_ALGORITHMS  RS256,ES256 with a key set, HS256 with a secret, unless set`

/** The token is new for each process, so an old one is invalid. */
const TOKEN_BYTES = 32
const SECRET_BYTES_MIN = 32

export function signInFor({ dev }: Pick<HubArguments, 'dev'>, variables: Environment): SignIn {
  if (dev) return { type: 'dev', dev: devAuth(base64url(environment.random(TOKEN_BYTES))) }
  const { TOMBOLO_JWT_ISSUER: issuer, TOMBOLO_JWT_AUDIENCE: audience } = variables
  if (issuer === undefined || audience === undefined) {
    throw new CliError('cli.auth', 'say how people sign in: --dev on your own machine, else TOMBOLO_JWT_ISSUER and TOMBOLO_JWT_AUDIENCE')
  }
  const { key, algorithms } = keyFrom(variables)
  const named = variables['TOMBOLO_JWT_ALGORITHMS']?.split(',') ?? algorithms
  return { type: 'tokens', auth: jwtAuth({ key, issuer, audience, algorithms: named, clock: environment.clock }) }
}

function keyFrom(variables: Environment): Pick<JwtOptions, 'key' | 'algorithms'> {
  const { TOMBOLO_JWT_KEYS: url, TOMBOLO_JWT_SECRET: text } = variables
  if (url !== undefined && URL.canParse(url)) return { key: { keySetUrl: new URL(url) }, algorithms: ['RS256', 'ES256'] }
  const secret = Buffer.from(text ?? '', 'base64url')
  if (secret.length >= SECRET_BYTES_MIN) return { key: { secret }, algorithms: ['HS256'] }
  throw new CliError('cli.auth', `set TOMBOLO_JWT_KEYS to a URL, or TOMBOLO_JWT_SECRET to at least ${SECRET_BYTES_MIN} bytes in base64url`)
}
