/** Answers that a fault, a proxy or malice has altered: nothing of them is believed, and nothing that a person wrote is lost. */
import {
  decodeDigestAnswer,
  decodeHelloAnswer,
  decodePage,
  decodePollAnswer,
  decodePushAnswer,
  decodeRangeAnswer,
  encodeLiveFrame,
} from '@tombolo/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addSealed, openScene, titlesOf, unsent } from '../test/sync-kit.ts'
import type { Exchange, RequestPath } from './transport.ts'

const HOUR = 60 * 60 * 1000
const TITLES = ['Crane', 'Egret', 'Heron', 'Stork'] as const

const decoders = {
  hello: decodeHelloAnswer,
  push: decodePushAnswer,
  pull: decodePage,
  poll: decodePollAnswer,
  digest: decodeDigestAnswer,
  range: decodeRangeAnswer,
}

const isReadable = (path: RequestPath, body: unknown): boolean => decoders[path](body).ok

const nasty = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(undefined, null, -1, 0.5, 2 ** 53, '', '\ud800', '__proto__', 'A'.repeat(22), [], [[]], {}),
)

/** Follows `steps` down the lists and puts `member` where they end. */
function altered(value: unknown, steps: readonly number[], member: unknown): unknown {
  const [step, ...others] = steps
  if (!Array.isArray(value) || value.length === 0 || step === undefined) return member
  const at = step % value.length
  return value.map((inner: unknown, index) => (index === at ? altered(inner, others, member) : inner))
}

const alteration = fc.record({ steps: fc.array(fc.nat(12), { maxLength: 8 }), member: nasty })

describe('[S1][P7] answers that cannot be read', () => {
  test('whatever they are, and on whichever request, everything arrives once when the hub is itself again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(alteration, { minLength: 1, maxLength: 8 }), async (alterations) => {
        const scene = await openScene()
        const left = [...alterations]
        scene.hub.instead = ({ path }, honest): Exchange | undefined => {
          const next = left.shift()
          const exchange = next === undefined ? undefined : honest()
          if (next === undefined || exchange?.type !== 'answered') return exchange
          const body = altered(exchange.body, next.steps, next.member)
          return isReadable(path, body) ? { type: 'network' } : { ...exchange, body }
        }
        scene.runner.start()
        for (const title of TITLES) {
          addSealed(scene, title)
          await scene.time.pass(500)
        }
        expect(titlesOf(scene)).toEqual(TITLES)
        await scene.time.until(() => left.length === 0 && unsent(scene) === 0)
        expect(titlesOf(scene)).toEqual(TITLES)
        expect([...scene.hub.applied.values()]).toEqual([1, 1, 1, 1])
      }),
      { numRuns: 40 },
    )
  })

  test('frames of a live socket neither: what they say is asked for again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(alteration, { minLength: 1, maxLength: 8 }), async (alterations) => {
        const scene = await openScene()
        scene.hub.allowsSockets = true
        scene.runner.start()
        addSealed(scene, TITLES[0])
        await scene.time.pass(5000)
        const another = await scene.another()
        another.runner.start()
        for (const title of TITLES.slice(1)) addSealed(another, title)
        await scene.time.pass(5000)
        const page = scene.hub.delta(scene.space, scene.store.state.replica, 1)
        for (const { steps, member } of alterations) {
          const body = altered(page, steps, member)
          if (!isReadable('pull', body)) scene.hub.sockets[0]?.say(encodeLiveFrame({ type: 'delta', page: body }))
        }
        scene.hub.sockets[0]?.sayText('nonsense')
        await scene.time.pass(HOUR)
        expect(titlesOf(scene)).toEqual(TITLES)
        expect([scene.errors, another.errors]).toEqual([[], []])
      }),
      { numRuns: 40 },
    )
  })
})
