/** Refusals of whole requests, of which nothing has happened. The shell turns them into problem documents (RFC 9457). */
import { type Epoch, type Intent, type Problem, problem, type ProblemCode } from '@tombolo/core'

/** Why a request is refused: a code of the protocol's problems (docs/spec/errors.md). */
export interface Refused {
  readonly code: ProblemCode
  readonly detail?: string
  /** The change that the hub failed on, if known [P3]. */
  readonly intent?: Intent
  readonly retryAfterMs?: number
}

export const refused = (code: ProblemCode, detail?: string): Refused => (detail === undefined ? { code } : { code, detail })

/** Every problem names the epoch, so that a device learns of a new one from any answer. */
export function problemOf({ code, ...extra }: Refused, epoch: Epoch | null): Problem {
  return problem(code, epoch === null ? extra : { ...extra, epoch })
}
