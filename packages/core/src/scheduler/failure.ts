/**
 * Classifies failed exchanges, by type and never by the text of a message [S3].
 *
 *   Outcome       what the transport saw               { type: 'answered', status: 503 } · { type: 'not-the-hub' }
 *   Failure       what kind it is, and what it is about   retryable, about the hub · protocol, about the path
 *   Consequence   what it does to sending              retry · sign-in · person · update · halve · recover · probe
 *
 * The transport says `answered` only when media type, echoed request id and digest agree. Everything else that looks like an answer
 * (a captive portal's page, a proxy's 502, a redirect) is `not-the-hub`: nothing in it is believed [S1].
 */
import type { Problem } from '../protocol/messages.ts'

/** The class of a failure, which decides what is done next. */
export type FailureClass = Problem['class']

/** How an exchange ended without a good answer. */
export type Outcome =
  | { readonly type: 'answered'; readonly status: number; readonly class?: FailureClass; readonly code?: string }
  | { readonly type: 'network' }
  | { readonly type: 'timeout' }
  | { readonly type: 'not-the-hub' }
  /** The device abandoned the exchange; this says nothing about path or hub. */
  | { readonly type: 'aborted' }

/**
 * The part of the system that a failure tells something about.
 *   path      no valid answer came: there may be no connection
 *   hub       the hub answered that it cannot serve any request now
 *   exchange  the hub answered that it cannot serve this request; it may serve others
 *   nothing   the device abandoned the exchange
 */
export type About = 'path' | 'hub' | 'exchange' | 'nothing'

/** A failed exchange, as the scheduler sees it. */
export interface Failure {
  readonly class: FailureClass
  readonly about: About
  /** The stable code of the hub's problem document, if it sent one. */
  readonly code: string | null
}

/**
 * The effect of a failure on sending.
 *   retry    the same bytes again after a backoff
 *   sign-in  everything on the wire waits for a sign-in; local work goes on
 *   person   this space waits for a person, and is tried again now and then
 *   update   wait until app or hub is updated
 *   halve    the same again in smaller pushes, until one change stands alone
 *   recover  the device resolves its disagreement with the hub (fork, gap, epoch, expired cursor), then goes on
 *   probe    the hub said nothing: only a small probe goes until it answers
 */
export type Consequence = 'retry' | 'sign-in' | 'person' | 'update' | 'halve' | 'recover' | 'probe'

export const CONSEQUENCE: Readonly<Record<FailureClass, Consequence>> = {
  retryable: 'retry',
  auth: 'sign-in',
  permission: 'person',
  schema: 'update',
  validation: 'person',
  size: 'halve',
  state: 'recover',
  protocol: 'probe',
}

/** The code for a device whose schema is newer than its hub's: its changes wait, reading goes on. */
export const HUB_OLDER = 'hub.older'

/** The code for a device that has joined by an invitation before whoever made it has reached the hub: it tries again, like after an error. */
export const INVITE_UNKNOWN = 'invite.unknown'

/** The failure of an exchange without an answer in time: its outcome is unknown, so it is sent again. */
export const TIMED_OUT: Failure = { class: 'retryable', about: 'path', code: null }

const CLASS_OF_STATUS: Readonly<Record<number, FailureClass>> = {
  400: 'validation',
  401: 'auth',
  403: 'permission',
  404: 'permission',
  408: 'retryable',
  409: 'state',
  410: 'state',
  413: 'size',
  422: 'validation',
  425: 'retryable',
  426: 'schema',
  429: 'retryable',
  431: 'size',
}

/** HTTP statuses that concern the hub itself, not the request. */
const ABOUT_THE_HUB: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504])

/**
 * The failure of an outcome.
 * @example failureOf({ type: 'network' }).about // 'path'
 */
export function failureOf(outcome: Outcome): Failure {
  switch (outcome.type) {
    case 'answered':
      return answered(outcome.status, outcome.class, outcome.code)
    case 'network':
      return { class: 'retryable', about: 'path', code: null }
    case 'timeout':
      return TIMED_OUT
    case 'not-the-hub':
      return { class: 'protocol', about: 'path', code: null }
    case 'aborted':
      return { class: 'retryable', about: 'nothing', code: null }
  }
}

/** Classifies an answer: by the class that the hub gave, else by the status. */
function answered(status: number, said: FailureClass | undefined, code: string | undefined): Failure {
  const about = ABOUT_THE_HUB.has(status) ? 'hub' : 'exchange'
  return { class: said ?? classOfStatus(status), about, code: code ?? null }
}

function classOfStatus(status: number): FailureClass {
  return CLASS_OF_STATUS[status] ?? (status >= 500 ? 'retryable' : 'protocol')
}
