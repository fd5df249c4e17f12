/**
 * The app's pages on the local network, and the page behind an invitation. Opening the link does not use up the code, because messengers
 * open links themselves; a person has to press the button.
 */
import type { Devices } from '../auth/devices.ts'
import { problemOf } from '../problem.ts'
import { checkGate, type Gate } from './gate.ts'

/** The options of the invitation pages. `joined` is called after each enrolled device. */
export interface JoinPagesOptions {
  readonly gate: Gate
  readonly devices: Devices
  readonly files: ((request: Request) => Promise<Response>) | null
  readonly joined: () => void
}

/** The path of invitations; the code follows. */
export const JOIN_PATH = '/join/'

/** Pages for invited devices: a one-time link asks whether to join, and signs the browser in. Other paths are the app's. */
export function joinPages({ gate, devices, files, joined }: JoinPagesOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    const refusal = checkGate(gate, request.headers.get('host'), request.headers.get('origin'))
    if (refusal !== null) return problem(refusal.code)
    const { pathname } = new URL(request.url)
    if (!pathname.startsWith(JOIN_PATH)) return (await files?.(request)) ?? problem('path.unknown')
    const code = pathname.slice(JOIN_PATH.length)
    if (request.method !== 'POST') return page(devices.isInvited(code) ? 200 : 410, devices.isInvited(code) ? ASK : OVER)
    const cookie = devices.join(code)
    if (cookie === null) return page(410, OVER)
    joined()
    return new Response(null, { status: 303, headers: { location: '/', 'set-cookie': cookie, 'cache-control': 'no-store' } })
  }
}

const ASK = `<h1>Sign this device in?</h1>
<p>It will show and change everything that the person who made this link can.</p>
<form method="post"><button>Sign in</button></form>`

const OVER = `<h1>This link is over</h1>
<p>It was used, or it is older than ten minutes. Scan the new one that the hub shows.</p>`

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
const STYLE = 'body{font:1.125rem/1.5 system-ui;max-width:30rem;margin:3rem auto;padding:0 1rem}button{font:inherit;padding:.75rem 1.5rem}'

function page(status: number, body: string): Response {
  const text = `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Tombolo</title><style>${STYLE}</style>${body}</html>`
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  }
  return new Response(text, { status, headers })
}

function problem(code: Parameters<typeof problemOf>[0]['code']): Response {
  const body = problemOf({ code }, null)
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' }
  return new Response(JSON.stringify(body), { status: body.status, headers })
}
