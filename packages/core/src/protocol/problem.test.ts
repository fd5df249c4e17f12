import { expect, test } from 'vitest'
import type { Intent } from '../ids.ts'
import { decodeProblem, problem, type ProblemCode, PROBLEMS } from './problem.ts'

const codes = Object.keys(PROBLEMS) as ProblemCode[]

test.each(codes)('[P4] %s says that nothing happened, and comes back as it was', (code) => {
  const made = problem(code, { detail: 'at 7/0', intent: 'AAAAAAAAAAAAAA' as Intent, retryAfterMs: 1000, epoch: 'e' })
  expect(made.status).toBeGreaterThanOrEqual(400)
  expect(decodeProblem(JSON.parse(JSON.stringify(made)))).toEqual({ ok: true, value: made })
})

test('[S3] an unknown code is understood by its class', () => {
  expect(decodeProblem({ status: 418, code: 'tea.pot', class: 'retryable' })).toEqual({
    ok: true,
    value: { type: 'about:blank', title: 'tea.pot', status: 418, code: 'tea.pot', class: 'retryable' },
  })
})

test.each([
  ['a class that is none', { status: 400, code: 'epoch', class: 'fatal' }, 'class'],
  ['no code', { status: 400, class: 'state' }, 'code'],
  ['no status', { code: 'epoch', class: 'state' }, 'status'],
  ['a page of a captive portal', '<html>', ''],
])('[S1] %s is no problem document', (_, value, path) => {
  expect(decodeProblem(value)).toEqual({ ok: false, error: { code: 'message.malformed', path } })
})
