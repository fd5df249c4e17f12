/**
 * What the hub may answer instead of an answer: nothing happened. The table has each code's status and class, that is what the
 * device does; docs/spec/errors.md says what the person sees.
 */
import type { Epoch, Intent, Problem } from '@tombolo/core'

export interface Refused {
  readonly code: string
  readonly detail?: string
  /** The change that the hub failed on, if it knows [P3]. */
  readonly intent?: Intent
  readonly retryAfterMs?: number
}

export const refused = (code: string, detail?: string): Refused => (detail === undefined ? { code } : { code, detail })

type Kind = readonly [status: number, kind: Problem['class'], title: string]

const KINDS: Readonly<Record<string, Kind>> = {
  'auth.required': [401, 'auth', 'Sign in first'],
  'auth.expired': [401, 'auth', 'The sign-in has expired'],
  'auth.invalid': [401, 'auth', 'The sign-in is not valid here'],
  'body.encoding': [415, 'protocol', 'The body is packed in a way that this hub does not know'],
  'body.malformed': [400, 'validation', 'The body cannot be unpacked'],
  'body.mediaType': [415, 'protocol', 'The body is not JSON'],
  'body.tooLarge': [413, 'size', 'The body is too large'],
  'body.truncated': [400, 'retryable', 'The body ended early'],
  'cursor.expired': [410, 'state', 'The cursor is older than what this hub still knows'],
  'cursor.invalid': [400, 'state', 'The cursor is not one of this hub for this space and reader'],
  epoch: [409, 'state', 'This hub has another history: it was restored from a backup'],
  'host.unknown': [421, 'protocol', 'This hub is not known by that name'],
  'hub.busy': [503, 'retryable', 'The hub has much to do'],
  'hub.closing': [503, 'retryable', 'The hub is about to restart'],
  'hub.fault': [500, 'retryable', 'The hub failed on a change'],
  'hub.unavailable': [503, 'retryable', 'The hub cannot reach its database'],
  'message.malformed': [400, 'validation', 'The message is malformed'],
  'message.tooDeep': [400, 'validation', 'The message is nested too deep'],
  'message.tooLarge': [413, 'size', 'A part of the message is too large'],
  'method.unknown': [405, 'protocol', 'Another method is needed'],
  'origin.forbidden': [403, 'permission', 'Pages of that origin may not ask this hub'],
  'path.unknown': [404, 'protocol', 'There is nothing here'],
  'protocol.unsupported': [400, 'schema', 'This hub does not speak this version of the protocol'],
  'push.fork': [409, 'state', 'The hub has another chain of this replica'],
  'push.gap': [409, 'state', 'Changes are missing before this push'],
  'receipt.invalid': [409, 'state', 'A receipt is not one of this hub'],
  'replica.foreign': [403, 'state', 'The replica id belongs to another account'],
  'schema.mismatch': [409, 'schema', 'Two different schemas have one number'],
  'schema.newer': [409, 'schema', 'The schema is newer than the one of this hub'],
  'space.unknown': [404, 'permission', 'There is no such space for this account'],
  'stamp.malformed': [400, 'validation', 'A stamp is not one'],
}

const UNKNOWN: Kind = [500, 'retryable', 'The hub failed']

export function problemOf({ code, detail, intent, retryAfterMs }: Refused, epoch: Epoch | null): Problem {
  const [status, kind, title] = KINDS[code] ?? UNKNOWN
  return {
    type: `https://tombolo.dev/errors/${code}`,
    title,
    status,
    code,
    class: kind,
    ...(epoch === null ? {} : { epoch }),
    ...(detail === undefined ? {} : { detail }),
    ...(intent === undefined ? {} : { intent }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }
}
