/**
 * The register: the writes of one field that nobody has written over.
 *
 *   entries   writes that no arrived write's `over` names, sorted by name
 *   awaited   names in an arrived `over` that have not arrived; such a write, when it comes, is already written over
 *
 * So the entries are a function of the set of writes, whatever the order they arrive in. Entries leave only by `over`:
 * a rule (rules.ts) chooses what is shown, and never what is kept.
 */
import type { Json } from '../canonical.ts'
import type { ConflictId } from '../change.ts'
import type { Name } from '../ids.ts'
import type { Stamp } from '../stamp.ts'

/** One value in a register, with the write that it came from. */
export interface Entry {
  readonly name: Name
  readonly value: Json
  /** The effective stamp; a device's own open write still has its raw one. */
  readonly stamp: Stamp
  /** When the hub accepted it; STAMP_MAX while it has not. */
  readonly hubStamp: Stamp
  /** The author's account, as the hub knows it. */
  readonly by: string
  /** What this write was over: handed on to the write that goes over it (over.ts). */
  readonly over: readonly Name[]
  /** This write decided that conflict. */
  readonly resolves?: ConflictId
  /** base64 of the merged Yjs document, from the first in-place edit of this write's text. */
  readonly document?: string
  /** Written before its replica ever heard a hub's time [C2]. */
  readonly unverified?: true
}

/** An edit of a text that was accepted before what it builds on arrived: the string that it edits, or an edit before it (text.ts). */
export interface WaitingEdit {
  /** Of the edit's own write. */
  readonly name: Name
  readonly of: Name
  readonly update: string
}

/**
 * Values that no write has gone over: ordinarily one, several after concurrent writes. `entries` are sorted by name; `awaited` are
 * writes that were written
 * over before they arrived.
 */
export interface Register {
  readonly kind: 'register'
  readonly entries: readonly Entry[]
  readonly awaited: readonly Name[]
  /** Sorted by name; absent where nothing waits, which is always but after a hub lost what its devices still hold. */
  readonly waiting?: readonly WaitingEdit[]
  /** The space's version when this field last changed; 0 on a device for what the hub has not confirmed. */
  readonly version: number
}

/**
 * The write that every text field begins with: an empty string (text.ts). It never arrives as a write, so one that is over it leaves
 * it among the awaited for good, and an edit of it that comes later is an edit of what was written over.
 */
export const ORIGIN: Name = 'AAAAAAAAAAAAAAAAAAAAAA' as Name

/** A register that nobody has written. */
export const EMPTY_REGISTER: Register = { kind: 'register', entries: [], awaited: [], version: 0 }

/** Has this write been applied in this space? The hub asks its table of intents; a device is told by the hub. */
export type Known = (name: Name) => boolean

/** A value that left the screen: `entry` was written over by the write `by` (which may be older: it arrived late). */
export interface Displaced {
  readonly entry: Entry
  readonly by: Name | null
}

/** The write that comes, and what else has arrived. */
export interface Arriving {
  readonly name: Name
  /** The space's version that it takes; 0 for a device's own open write. */
  readonly version: number
  readonly known: Known
}

/**
 * Adds a write to a register. `entry` is null for a write that only removes (an element from a set).
 * Pure; edits that wait are the caller's (text.ts). What is no entry any more is what left: the caller sees it by comparing.
 */
export function writeRegister(
  register: Register,
  entry: Entry | null,
  over: readonly Name[],
  { name, version, known }: Arriving,
): Register {
  const { entries, awaited } = register
  if (entry !== null && isPlainSuccession(register, over)) return { kind: 'register', entries: [entry], awaited, version }
  const expected = over.length === 0 ? awaited : withMissing(register, over, known)
  if (!expected.includes(name)) return { kind: 'register', entries: succeeded(entries, over, entry), awaited: expected, version }
  const others = expected.filter((other) => other !== name)
  return { kind: 'register', entries: succeeded(entries, over, null), awaited: others, version }
}

export const hasEntry = (entries: readonly Entry[], name: Name): boolean => entries.some((entry) => entry.name === name)

/** The common case, told from the others in a few comparisons: one entry, written over by somebody who saw it and no more. */
function isPlainSuccession({ entries, awaited }: Register, over: readonly Name[]): boolean {
  const only = entries[0]
  if (only === undefined || entries.length !== 1 || awaited.length !== 0) return false
  if (over[0] !== only.name || over.length > only.over.length + 1 || only.name === ORIGIN) return false
  for (let index = 1; index < over.length; index++) if (over[index] !== only.over[index - 1]) return false
  return true
}

/** The entries without those that are written over, and with the one that comes, in the order of their names. */
function succeeded(entries: readonly Entry[], over: readonly Name[], entry: Entry | null): readonly Entry[] {
  const kept = over.length === 0 ? entries : withoutNamed(entries, over)
  if (entry === null || hasEntry(kept, entry.name)) return kept
  const [first] = kept
  if (first === undefined) return [entry]
  if (kept.length === 1) return first.name < entry.name ? [first, entry] : [entry, first]
  const at = kept.findIndex((other) => other.name > entry.name)
  return kept.toSpliced(at < 0 ? kept.length : at, 0, entry)
}

const withoutNamed = (entries: readonly Entry[], names: readonly Name[]): readonly Entry[] =>
  entries.some((entry) => names.includes(entry.name)) ? entries.filter((entry) => !names.includes(entry.name)) : entries

/** The awaited names with those of `over` that have not arrived. ORIGIN never arrives. */
function withMissing({ entries, awaited }: Register, over: readonly Name[], known: Known): readonly Name[] {
  const missing = over.filter((name) => !awaited.includes(name) && (name === ORIGIN || !(isSettled(entries, name) || known(name))))
  return missing.length === 0 ? awaited : [...new Set([...awaited, ...missing])].sort()
}

/** What an entry was over needs no look-up: it has arrived, or is among the awaited since that entry came. */
const isSettled = (entries: readonly Entry[], name: Name): boolean =>
  entries.some((entry) => entry.name === name || entry.over.includes(name))
