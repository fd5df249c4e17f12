/**
 * The check of a whole push, before any of it is processed [P2]: whatever is refused here has not happened.
 * Gap and fork have one remedy, so the device needs no more than the code.
 */
import {
  CHAIN_START,
  type ChainHash,
  checkChain,
  type ContentHash,
  contentText,
  type Intent,
  type PushRequest,
  type SchemaDefinition,
  type SchemaIdentity,
} from '@tombolo/core'
import { type Refused, refused } from '../problem.ts'
import type { PositionRow, VerdictRow } from '../storage.ts'
import type { Hashes } from './context.ts'

/** A push with the hashes that it claims: the hub makes them itself, from what arrived. */
export interface Hashed {
  readonly contents: readonly ContentHash[]
  readonly links: readonly ChainHash[]
}

const AT_START: PositionRow = { lastN: 0, hash: CHAIN_START }

export function hashPush(push: PushRequest, hashes: Hashes): Hashed {
  const contents: ContentHash[] = []
  const links: ChainHash[] = []
  let previous = push.base.hash
  for (const change of push.changes) {
    const content = hashes.content(contentText(change.content))
    previous = hashes.chain(previous, change.n, change.attempt, content)
    contents.push(content)
    links.push(previous)
  }
  return { contents, links }
}

export function checkSchema(theirs: SchemaIdentity, ours: SchemaDefinition): Refused | null {
  if (theirs.version > ours.version) return refused('schema.newer', `this hub has schema ${ours.version}, the device ${theirs.version}`)
  if (theirs.version < ours.version || theirs.fingerprint === ours.fingerprint) return null
  return refused('schema.mismatch', `two different schemas have the number ${ours.version}`)
}

/** Where the hub's chain of this replica ends. */
export const positionOf = (position: PositionRow | null): PositionRow => position ?? AT_START

/** n is contiguous, and what the hub has of this chain is what the push says it is. */
export function checkPushChain(push: PushRequest, hashed: Hashed, position: PositionRow, verdictOf: VerdictOf): Refused | null {
  const { lastN, hash } = position
  const linkAt = (n: number): ChainHash | null => (n === lastN ? hash : linkWithin(push, hashed, n, verdictOf))
  const code = checkChain(push.base, push.changes, hashed.links, { lastN, linkAt })
  return code === null ? null : refused(code, `this hub has ${lastN} changes of this replica`)
}

export type VerdictOf = (intent: Intent) => VerdictRow | null

/**
 * The hub's link at n, where that is not its newest. It stands with the verdict that was given under this dot, which is found by the
 * intent of the change that is here again. Where an intent was judged under another dot, the change before it tells; links behind the
 * last that tells are taken on trust, for they are of intents that the hub has answered, and are only answered again.
 */
function linkWithin(push: PushRequest, { links }: Hashed, newest: number, verdictOf: VerdictOf): ChainHash | null {
  const { base, changes, replica } = push
  const theirs = (n: number): ChainHash | null => (n === base.n ? base.hash : (links[n - base.n - 1] ?? null))
  for (let n = newest; n > base.n; n--) {
    const intent = changes[n - base.n - 1]?.content.intent
    const verdict = intent === undefined ? null : verdictOf(intent)
    if (verdict === null) return null
    if (verdict.replica === replica && verdict.n === n) return verdict.link === theirs(n) ? theirs(newest) : null
  }
  return base.n > 0 || base.hash === CHAIN_START ? theirs(newest) : null
}
