/** What the app may do in a browser is bounded by the policy that its files come with, also where nobody looks: in the store's worker. */
import { expect, test } from 'vitest'
import { FieldDay } from './field-day.ts'

test('the worker that holds all notes may talk to its own hub only', async () => {
  const it = await FieldDay.ofThisTest(1)
  const ana = await it.person()
  await ana.isSent()
  const violated = ana.page.workers().map((worker) =>
    worker.evaluate(
      () =>
        new Promise((resolve) => {
          addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => resolve([effectiveDirective, blockedURI]))
          // Without a policy nothing is violated, and this is never answered.
          fetch('http://127.0.0.1:9/').catch(() => undefined)
        }),
    ),
  )
  expect(violated).toHaveLength(1)
  expect(await Promise.all(violated)).toEqual([['connect-src', 'http://127.0.0.1:9/']])
})
