import { describe, expect, test } from 'vitest'
import { CONSEQUENCE, failureOf, type Outcome } from './failure.ts'

const cases: readonly (readonly [Outcome, ReturnType<typeof failureOf>['class'], ReturnType<typeof failureOf>['about'], string])[] = [
  [{ type: 'network' }, 'retryable', 'path', 'retry'],
  [{ type: 'timeout' }, 'retryable', 'path', 'retry'],
  [{ type: 'not-the-hub' }, 'protocol', 'path', 'probe'],
  [{ type: 'aborted' }, 'retryable', 'nothing', 'retry'],
  [{ type: 'answered', status: 401 }, 'auth', 'exchange', 'sign-in'],
  [{ type: 'answered', status: 403 }, 'permission', 'exchange', 'person'],
  [{ type: 'answered', status: 404 }, 'permission', 'exchange', 'person'],
  [{ type: 'answered', status: 400 }, 'validation', 'exchange', 'person'],
  [{ type: 'answered', status: 422 }, 'validation', 'exchange', 'person'],
  [{ type: 'answered', status: 408 }, 'retryable', 'hub', 'retry'],
  [{ type: 'answered', status: 425 }, 'retryable', 'hub', 'retry'],
  [{ type: 'answered', status: 429 }, 'retryable', 'hub', 'retry'],
  [{ type: 'answered', status: 409 }, 'state', 'exchange', 'recover'],
  [{ type: 'answered', status: 410 }, 'state', 'exchange', 'recover'],
  [{ type: 'answered', status: 413 }, 'size', 'exchange', 'halve'],
  [{ type: 'answered', status: 426 }, 'schema', 'exchange', 'update'],
  [{ type: 'answered', status: 500 }, 'retryable', 'exchange', 'retry'],
  [{ type: 'answered', status: 503 }, 'retryable', 'hub', 'retry'],
  [{ type: 'answered', status: 302 }, 'protocol', 'exchange', 'probe'],
  [{ type: 'answered', status: 418 }, 'protocol', 'exchange', 'probe'],
]

describe('[S3] failures are classified by type', () => {
  test.each(cases)('[S3] %o is %s, about the %s: %s', (outcome, ofClass, about, consequence) => {
    const failure = failureOf(outcome)
    expect(failure).toEqual({ class: ofClass, about, code: null })
    expect(CONSEQUENCE[failure.class]).toBe(consequence)
  })

  test("[S3] the hub's own word for the class counts more than the status, and its code is kept", () => {
    expect(failureOf({ type: 'answered', status: 409, class: 'retryable', code: 'inflight' })).toEqual({
      class: 'retryable',
      about: 'exchange',
      code: 'inflight',
    })
    expect(failureOf({ type: 'answered', status: 409, class: 'schema', code: 'hub.older' }).class).toBe('schema')
  })
})
