/**
 * The HTTP shell: gate, sign-in, body, and the service's reply as a response. Every failure is a problem document (RFC 9457) with
 * a stable code; 200 says that the request was processed, whatever the verdicts [P4].
 */
import { PROBLEM_MEDIA_TYPE } from '@tombolo/core'
import { Hono } from 'hono'
import type { Authenticate } from '../auth/auth.ts'
import { problemOf, type Refused, refused } from '../problem.ts'
import { type Path, PATHS, type Reply, type Service } from '../service.ts'
import { readJson } from './body.ts'
import { checkGate, type Gate } from './gate.ts'

export interface AppOptions {
  readonly service: Service
  readonly auth: Authenticate
  readonly gate: Gate
  readonly clock: () => number
  readonly isClosing: () => boolean
}

/** Echoed, so that the device knows that the hub itself has answered: captive portals lie [S1]. */
const REQUEST_HEADER = 'tombolo-request'
const REQUEST_ID = /^[\w-]{1,64}$/

export function createApp(options: AppOptions): Hono {
  const app = new Hono()
  const respond = responder(options)
  for (const path of PATHS) app.post(`/sync/${path}`, async ({ req }) => respond(req.raw, await answer(req.raw, path, options)))
  app.get('/healthz', ({ req }) =>
    options.isClosing() ? respond(req.raw, closing()) : respond(req.raw, { type: 'answer', text: '{"ok":true}' }),
  )
  app.all('/sync/*', ({ req }) => {
    const isKnown = PATHS.some((path) => req.path === `/sync/${path}`)
    return respond(req.raw, { type: 'problem', problem: refused(isKnown ? 'method.unsupported' : 'path.unknown') })
  })
  return app
}

async function answer(request: Request, path: Path, { service, auth, gate, isClosing }: AppOptions): Promise<Reply> {
  const refusal = checkGate(gate, request.headers.get('host'), request.headers.get('origin'))
  if (refusal !== null) return { type: 'problem', problem: refusal }
  if (isClosing()) return closing()
  const identity = await auth(request.headers)
  if ('problem' in identity) return { type: 'problem', problem: identity.problem }
  const body = await readJson(request)
  if (!body.ok) return { type: 'problem', problem: body.error }
  return new Promise((resolve) => service.ask(path, identity.account, body.value, resolve))
}

const closing = (): Reply => ({ type: 'problem', problem: { code: 'hub.unavailable', retryAfterMs: 1000 } satisfies Refused })

function responder({ service, clock }: AppOptions): (request: Request, reply: Reply) => Response {
  return (request, reply) => {
    const headers: Record<string, string> = { 'cache-control': 'no-store', 'tombolo-time': String(clock()) }
    const id = request.headers.get(REQUEST_HEADER)
    if (id !== null && REQUEST_ID.test(id)) headers[REQUEST_HEADER] = id
    if (reply.type === 'answer') return new Response(reply.text, { headers: { ...headers, 'content-type': 'application/json' } })
    const problem = problemOf(reply.problem, service.epoch)
    headers['content-type'] = PROBLEM_MEDIA_TYPE
    if (problem.retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(problem.retryAfterMs / 1000))
    return new Response(JSON.stringify(problem), { status: problem.status, headers })
  }
}
