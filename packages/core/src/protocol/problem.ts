/**
 * Problems: the hub's answer when it does not carry out a request. Nothing of the request has happened [P4]. The set of codes is closed and
 * stable; `class` tells a device that does not know the code what to do. docs/spec/errors.md has a section for each.
 *
 * The refusal of a single change is not a problem but a verdict: rejection.ts.
 */
import { isIntent } from '../ids.ts'
import { err, ok, type Result } from '../result.ts'
import type { DecodeError } from './codec/reader.ts'
import type { Problem } from './messages.ts'

/** The codes, with HTTP status and class. */
export const PROBLEMS = {
  // The request as such
  'message.malformed': { status: 400, class: 'validation', title: 'The request is not a message of this protocol.' },
  'message.tooDeep': { status: 400, class: 'validation', title: 'The request is nested too deep.' },
  'message.tooLarge': { status: 413, class: 'size', title: 'The request has more bytes or more items than one may have.' },
  'message.incomplete': { status: 408, class: 'retryable', title: 'The request did not arrive completely in time.' },
  'stamp.malformed': { status: 400, class: 'validation', title: 'A stamp is outside the years 1970 to 2199.' },
  'media.unsupported': { status: 415, class: 'protocol', title: 'The media type or the content coding is not one of this protocol.' },
  'method.unsupported': { status: 405, class: 'protocol', title: 'This path takes another method.' },
  'path.unknown': { status: 404, class: 'protocol', title: 'The hub has no such path.' },
  'protocol.unsupported': { status: 400, class: 'schema', title: 'The hub does not speak this version of the protocol.' },

  // The account and the origin of the request
  'auth.required': { status: 401, class: 'auth', title: 'The request comes without a sign-in.' },
  'auth.expired': { status: 401, class: 'auth', title: 'The sign-in has ended.' },
  'access.revoked': { status: 403, class: 'permission', title: 'This account has no role in the space any more.' },
  'invite.unknown': { status: 404, class: 'permission', title: 'The hub does not know this invitation yet.' },
  'invite.over': { status: 403, class: 'permission', title: 'The invitation has ended, or was taken back.' },
  'space.unknown': { status: 404, class: 'permission', title: 'There is no such space that this account may read.' },
  'host.forbidden': { status: 421, class: 'protocol', title: 'The hub does not serve this host name.' },
  'origin.forbidden': { status: 403, class: 'protocol', title: 'The hub takes no requests from pages of this origin.' },

  // Disagreements between device and hub
  'replica.foreign': { status: 409, class: 'state', title: 'Another account has used this replica id.' },
  'push.gap': { status: 409, class: 'state', title: 'Changes before these are missing.' },
  'push.fork': { status: 409, class: 'state', title: 'The hub has other changes under these numbers.' },
  'receipt.invalid': { status: 409, class: 'state', title: 'A receipt does not belong to the change that it came with.' },
  epoch: { status: 409, class: 'state', title: 'The hub has another history: it was restored from a backup.' },
  'cursor.invalid': { status: 409, class: 'state', title: 'The hub has not given out this cursor.' },
  'cursor.expired': { status: 410, class: 'state', title: 'The cursor is older than what the hub remembers of deleted records.' },
  'schema.mismatch': { status: 409, class: 'schema', title: 'App and hub have different schemas of one version.' },
  'schema.newer': { status: 409, class: 'schema', title: 'The app has a newer schema than the hub.' },

  // The hub itself
  'hub.fault': { status: 500, class: 'retryable', title: 'The hub failed on this request.' },
  'hub.busy': { status: 503, class: 'retryable', title: 'The hub has too much to do.' },
  'hub.unavailable': { status: 503, class: 'retryable', title: 'The hub cannot reach its database, or is about to stop.' },
  'hub.limited': { status: 429, class: 'retryable', title: 'This device or account has asked for more than its share.' },
} as const

/** A code of `PROBLEMS`. */
export type ProblemCode = keyof typeof PROBLEMS

/** The media type of a problem: an error without it did not come from the hub, but from something on the way. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json'

const TYPE_PREFIX = 'urn:tombolo:problem:'

/** A problem, ready to be sent with its status. */
export function problem(code: ProblemCode, extra: Pick<Problem, 'detail' | 'intent' | 'retryAfterMs' | 'epoch'> = {}): Problem {
  const { status, class: kind, title } = PROBLEMS[code]
  return { type: `${TYPE_PREFIX}${code}`, title, status, code, class: kind, ...extra }
}

/** Whether this version knows the code. */
export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code)

const CLASSES: readonly Problem['class'][] = ['retryable', 'auth', 'permission', 'schema', 'validation', 'size', 'state', 'protocol']

/** Reads a problem. An unknown code is accepted: the class says what to do. */
export function decodeProblem(value: unknown): Result<Problem, DecodeError> {
  if (typeof value !== 'object' || value === null) return malformed('')
  const { type, title, status, code, class: kind } = value as Readonly<Record<keyof Problem, unknown>>
  if (typeof code !== 'string' || code === '') return malformed('code')
  const known = CLASSES.find((one) => one === kind)
  if (known === undefined) return malformed('class')
  if (!Number.isSafeInteger(status)) return malformed('status')
  const words = { type: typeof type === 'string' ? type : 'about:blank', title: typeof title === 'string' ? title : code }
  return ok({ ...words, status: status as number, code, class: known, ...extrasOf(value) })
}

/** Reads the optional members. Malformed ones are left out, because nothing depends on them. */
function extrasOf(value: object): Pick<Problem, 'detail' | 'intent' | 'retryAfterMs' | 'epoch'> {
  const { detail, intent, retryAfterMs, epoch } = value as Readonly<Record<keyof Problem, unknown>>
  return {
    ...(typeof detail === 'string' ? { detail } : {}),
    ...(isIntent(intent) ? { intent } : {}),
    ...(typeof retryAfterMs === 'number' && retryAfterMs >= 0 ? { retryAfterMs } : {}),
    ...(typeof epoch === 'string' ? { epoch } : {}),
  }
}

const malformed = (path: string): Result<never, DecodeError> => err({ code: 'message.malformed', path })
