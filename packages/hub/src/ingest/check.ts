/**
 * Checks a whole push before any of it is processed [P2]: nothing of a refused push has happened. Gap and fork have one remedy, so the
 * device needs only the code.
 */
import {
  CHAIN_START,
  type ChainHash,
  checkChain,
  type ContentHash,
  contentText,
  type Intent,
  type PushedChange,
  type PushRequest,
  type SchemaDefinition,
  type SchemaIdentity,
} from '@tombolo/core'
import { type Refused, refused } from '../problem.ts'
import type { PositionRow, VerdictRow } from '../storage.ts'
import type { Hashes } from './context.ts'

/** A push with the hashes of its contents and links, which the hub computes itself. */
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

/** The end of the hub's chain of this replica. */
export const positionOf = (position: PositionRow | null): PositionRow => position ?? AT_START

/** Checks that n is contiguous and that the hub's chain agrees with the push. */
export function checkPushChain(push: PushRequest, hashed: Hashed, position: PositionRow, verdictOf: VerdictOf): Refused | null {
  const { lastN, hash } = position
  const linkAt = (n: number): ChainHash | null => (n === lastN ? hash : linkWithin(push, hashed, n, verdictOf))
  const code = checkChain(push.base, push.changes, hashed.links, { lastN, linkAt })
  return code === null ? null : refused(code, `this hub has ${lastN} changes of this replica`)
}

export type VerdictOf = (intent: Intent) => VerdictRow | null

/**
 * The hub's link at n, if it is not the newest. It is stored with the verdict given under this dot, found by the intent of the repeated
 * change. If an intent was judged under another dot, the link of the change before it is compared instead. Links after the last comparable
 * one are trusted: the hub has answered their intents and only repeats the answers. A greater attempt than that of a refusal it has never
 * had: what it has at that n is of a copy of the device.
 */
function linkWithin(push: PushRequest, { links }: Hashed, newest: number, verdictOf: VerdictOf): ChainHash | null {
  const { base, changes, replica } = push
  const theirs = (n: number): ChainHash | null => (n === base.n ? base.hash : (links[n - base.n - 1] ?? null))
  for (let n = newest; n > base.n; n--) {
    const change = changes[n - base.n - 1]
    const verdict = change === undefined ? null : verdictOf(change.content.intent)
    if (change === undefined || verdict === null || isUnjudged(change, verdict)) return null
    if (verdict.replica === replica && verdict.n === n) return verdict.link === theirs(n) ? theirs(newest) : null
  }
  return base.n > 0 || base.hash === CHAIN_START ? theirs(newest) : null
}

const isUnjudged = ({ attempt }: PushedChange, { outcome, attempt: judged }: VerdictRow): boolean =>
  outcome.type === 'rejected' && attempt > judged
