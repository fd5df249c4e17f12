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
  type PushRequest,
  type SchemaDefinition,
  type SchemaIdentity,
} from '@tombolo/core'
import { type Refused, refused } from '../problem.ts'
import type { PositionRow } from '../storage.ts'
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
export function checkPushChain(
  push: PushRequest,
  hashed: Hashed,
  position: PositionRow,
  linkAt: (n: number) => ChainHash | null,
): Refused | null {
  const { lastN, hash } = position
  const known = { lastN, linkAt: (n: number) => (n === lastN ? hash : linkAt(n)) }
  const code = checkChain(push.base, push.changes, hashed.links, known)
  return code === null ? null : refused(code, `this hub has ${lastN} changes of this replica`)
}
