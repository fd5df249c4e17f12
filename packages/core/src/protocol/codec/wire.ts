/**
 * The wire form of messages: JSON arrays whose members have fixed positions. docs/spec/protocol.md describes every message.
 *
 *   left out    trailing members that are 0, null or [] are left out; a missing member has such a default
 *   grown       a reader ignores trailing members that it does not know, so that the protocol can grow
 *   said once   the first time a message says an id, a name or a shape it says it in full, and that enters it in the message's list
 *               of its kind; after that it is said as its number in the list, counted from 1: 0 is no number, but what is left out
 *   deltas      a stamp or version is written as its distance from the one of its kind before it; before the first stands 0
 */
import type { Json } from '../../canonical.ts'

/** A message as passed to `JSON.stringify`. */
export type Wire = Json

/** A message as returned by `JSON.parse`. */
export type Tuple = readonly unknown[]

/** Drops trailing defaults, but never one of the first `required` members. Alters and returns its argument, which is always fresh. */
export function trimmed(members: Wire[], required: number): Wire {
  while (members.length > required && isDefault(members.at(-1))) members.pop()
  return members
}

const isDefault = (member: Wire | undefined): boolean => member === 0 || member === null || (Array.isArray(member) && member.length === 0)
