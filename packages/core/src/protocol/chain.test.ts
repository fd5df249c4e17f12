import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { CHAIN_START } from '../change.ts'
import type { Hash } from '../hash.ts'
import type { ChainHash, ContentHash } from '../ids.ts'
import { type ChainBase, checkChain, knownAtFront, linksOf } from './chain.ts'

const hash: Hash = (bytes) => createHash('sha256').update(bytes).digest()
const linked = (n: number, content = `content-${n}`, attempt = 0) => ({ n, attempt, contentHash: content as ContentHash })
const START: ChainBase = { n: 0, hash: CHAIN_START }
const history = [1, 2, 3, 4].map((n) => linked(n))
const links = linksOf(hash, START, history)
const known = { lastN: 4, linkAt: (n: number): ChainHash | null => links[n - 1] ?? null }
const baseAt = (n: number): ChainBase => ({ n, hash: n === 0 ? CHAIN_START : (links[n - 1] ?? CHAIN_START) })
const check = (base: ChainBase, changes: readonly ReturnType<typeof linked>[]) =>
  checkChain(base, changes, linksOf(hash, base, changes), known)

test.each([
  ['what follows', baseAt(4), [linked(5), linked(6)], null],
  ['what the hub has, and what follows', baseAt(2), [linked(3), linked(4), linked(5)], null],
  ['only what the hub has', baseAt(0), [linked(1), linked(2)], null],
  ['nothing', baseAt(4), [], null],
  ['changes after missing ones', baseAt(5), [linked(6)], 'push.gap'],
  ['a hole inside', baseAt(4), [linked(5), linked(7)], 'push.gap'],
  ['one number twice', baseAt(4), [linked(5), linked(5)], 'push.gap'],
  ['another base', { n: 4, hash: CHAIN_START }, [linked(5)], 'push.fork'],
  ['another content at a known number', baseAt(2), [linked(3), linked(4, 'other')], 'push.fork'],
  ['another content long before', baseAt(0), [linked(1, 'other'), linked(2), linked(3), linked(4), linked(5)], 'push.fork'],
  ['another attempt at a known number', baseAt(3), [linked(4, 'content-4', 1)], 'push.fork'],
  ['a start that is none', { n: 0, hash: 'other' as ChainHash }, [linked(1)], 'push.fork'],
] as const)('[P2] a push of %s', (_, base, changes, answer) => {
  expect(check(base, changes)).toBe(answer)
})

test('[P2] to a hub that has nothing of a chain only its beginning fits', () => {
  const empty = { lastN: 0, linkAt: () => null }
  expect(checkChain(START, history, links, empty)).toBeNull()
  expect(checkChain(baseAt(1), history.slice(1), links.slice(1), empty)).toBe('push.gap')
})

test('[P2] known changes at the front are counted', () => {
  expect([knownAtFront(baseAt(2), history.slice(2), 4), knownAtFront(baseAt(4), [linked(5)], 4), knownAtFront(START, history, 2)]).toEqual([
    2, 0, 2,
  ])
})
