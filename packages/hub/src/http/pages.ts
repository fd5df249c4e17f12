/** The app's pages beside the hub. Pages of a development hub sign the browser in; POST /session does the same for other clients. */
import { PROBLEM_MEDIA_TYPE, type ProblemCode } from '@tombolo/core'
import { problemOf } from '../problem.ts'
import { checkGate, type Gate } from './gate.ts'

/** The app, and how its pages sign in. `files` is null if there is no app. */
export interface PagesOptions {
  readonly gate: Gate
  /** The Set-Cookie header that signs in. */
  readonly cookie: string
  readonly files: ((request: Request) => Promise<Response>) | null
}

/** Pages without a sign-in, for requests that the gate admits. */
export function gatedPages(gate: Gate, files: PagesOptions['files']): (request: Request) => Promise<Response> {
  return async (request) => {
    const refusal = checkGate(gate, request.headers.get('host'), request.headers.get('origin'))
    if (refusal !== null) return problem(refusal.code)
    return (await files?.(request)) ?? problem('path.unknown')
  }
}

/** Pages of a hub for development: each signs its browser in. */
export function devPages({ gate, cookie, files }: PagesOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    const refusal = checkGate(gate, request.headers.get('host'), request.headers.get('origin'))
    if (refusal !== null) return problem(refusal.code)
    const isSession = request.method === 'POST' && new URL(request.url).pathname === '/session'
    if (isSession) return new Response(null, { status: 204, headers: { 'set-cookie': cookie, 'cache-control': 'no-store' } })
    const response = await files?.(request)
    if (response?.headers.get('content-type')?.startsWith('text/html') === true) response.headers.set('set-cookie', cookie)
    return response ?? problem('path.unknown')
  }
}

function problem(code: ProblemCode): Response {
  const body = problemOf({ code }, null)
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: { 'content-type': PROBLEM_MEDIA_TYPE, 'cache-control': 'no-store' },
  })
}
