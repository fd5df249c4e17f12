/**
 * The HTTP shell: gate, sign-in, body, and the service's reply as a response. Every failure is a problem document (RFC 9457) with a stable
 * code; 200 means that the request was processed, whatever the verdicts [P4].
 */
import { PROBLEM_MEDIA_TYPE } from '@tombolo/core'
import { Hono } from 'hono'
import type { Allowances } from '../limits/rates.ts'
import type { Log } from '../log.ts'
import { type Refused, problemOf, refused } from '../problem.ts'
import { costOf, type Reply } from '../reply.ts'
import { type Path, PATHS, type Service } from '../service.ts'
import { jsonOf, receive } from './body.ts'
import type { Door } from './door.ts'
import { checkGate } from './gate.ts'
import { pack } from './pack.ts'

export interface AppOptions {
  readonly service: Service
  readonly door: Door
  readonly allowances: Allowances
  readonly clock: () => number
  readonly isClosing: () => boolean
  readonly log: Log
}

/** Facts about a connection that the request does not contain. */
export interface Connection {
  /** The client is on this machine, where compression would only cost time. */
  readonly isNear: boolean
  /** The door that it came through, if not the hub's own. */
  readonly door?: Door
}

export type App = Hono<{ Bindings: Connection }>

/** The header with the request id, which is echoed to prove that the hub itself answered: captive portals do not [S1]. */
const REQUEST_HEADER = 'tombolo-request'
const REQUEST_ID = /^[\w-]{1,64}$/

export function createApp(options: AppOptions): App {
  const app: App = new Hono()
  const respond = responder(options)
  for (const path of PATHS) {
    app.post(`/sync/${path}`, async ({ req, env }) =>
      respond(req.raw, await answer(req.raw, path, env.door ?? options.door, options), env.isNear),
    )
  }
  app.get('/healthz', ({ req }) => respond(req.raw, options.isClosing() ? closing() : HEALTHY, true))
  app.all('*', ({ req }) => {
    const isKnown = PATHS.some((path) => req.path === `/sync/${path}`)
    return respond(req.raw, { type: 'problem', problem: refused(isKnown ? 'method.unsupported' : 'path.unknown') }, true)
  })
  app.onError((error, { req }) => {
    options.log.error({ code: 'hub.fault', path: req.path, error }, 'a request failed')
    return respond(req.raw, problem(refused('hub.fault')), true)
  })
  return app
}

const HEALTHY: Reply = { type: 'answer', text: '{"ok":true}' }
const closing = (): Reply => ({ type: 'problem', problem: { code: 'hub.unavailable', retryAfterMs: 1000 } })

async function answer(request: Request, path: Path, { gate, auth }: Door, { service, allowances, isClosing }: AppOptions): Promise<Reply> {
  const refusal = checkGate(gate, request.headers.get('host'), request.headers.get('origin'))
  if (refusal !== null) return problem(refusal)
  if (isClosing()) return closing()
  const identity = await auth(request.headers)
  if ('problem' in identity) return problem(identity.problem)
  const limit = allowances.refuses(identity)
  if (limit !== null) return problem(limit)
  const received = await receive(request)
  // Others may have come at once. Each is counted when it is there: one that trickles keeps nobody waiting.
  const late = allowances.refuses(identity)
  allowances.spend(identity, received.read)
  if (late !== null) return problem(late)
  const { json, unpacked } = await jsonOf(received)
  const admitted = allowances.admit(identity, path)
  const reply = json.ok ? await ask(service, path, identity.account, json.value) : problem(json.error)
  admitted.cost(unpacked + costOf(reply))
  return reply
}

const ask = (service: Service, path: Path, account: string, json: unknown): Promise<Reply> =>
  new Promise((resolve) => service.ask(path, account, json, resolve))

const problem = (refusal: Refused): Reply => ({ type: 'problem', problem: refusal })

function responder(options: AppOptions): (request: Request, reply: Reply, isNear: boolean) => Response | Promise<Response> {
  return (request, reply, isNear) => {
    const headers = headersFor(request, options.clock())
    if (reply.type === 'problem') return problemResponse(reply.problem, headers, options.service.epoch)
    headers['content-type'] = 'application/json'
    const isPacked = !isNear && request.headers.get('accept-encoding')?.includes('gzip') === true
    return isPacked ? pack(reply.text, headers) : new Response(reply.text, { headers })
  }
}

function headersFor(request: Request, nowMs: number): Record<string, string> {
  const headers: Record<string, string> = { 'cache-control': 'no-store', 'tombolo-time': String(nowMs) }
  const id = request.headers.get(REQUEST_HEADER)
  if (id !== null && REQUEST_ID.test(id)) headers[REQUEST_HEADER] = id
  return headers
}

function problemResponse(refusal: Refused, headers: Record<string, string>, epoch: string): Response {
  const body = problemOf(refusal, epoch)
  headers['content-type'] = PROBLEM_MEDIA_TYPE
  if (body.retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(body.retryAfterMs / 1000))
  return new Response(JSON.stringify(body), { status: body.status, headers })
}
