/**
 * The register: the writes of one field that no other write supersedes.
 *
 *   entries   writes that no arrived write's `over` names, sorted by name
 *   awaited names in an arrived `over` whose writes have not arrived; such a write is already superseded when it arrives
 *
 * So the entries are a function of the set of writes, in whatever order they arrive. Entries leave only by `over`: a rule (rules.ts)
 * chooses which value is shown, never which is kept.
 */
import type { Json } from '../canonical.ts'
import type { ConflictId } from '../change.ts'
import type { Name } from '../ids.ts'
import type { Stamp } from '../stamp.ts'

/** One value in a register, and the write that it came from. */
export interface Entry {
  readonly name: Name
  readonly value: Json
  /** The effective stamp; the raw stamp for a device's own unconfirmed write. */
  readonly stamp: Stamp
  /** When the hub accepted the write; STAMP_MAX until then. */
  readonly hubStamp: Stamp
  /** The author's account, as the hub knows it. */
  readonly by: string
  /** The writes that this one supersedes. A write that supersedes this one names them too (over.ts). */
  readonly over: readonly Name[]
  /** The conflict that this write resolves. */
  readonly resolves?: ConflictId
  /** The merged Yjs document in base64; present from the first in-place edit of this write's text. */
  readonly document?: string
  /** Written before its replica had received a hub's time [C2]. */
  readonly unverified?: true
}

/** A text edit accepted before the string or the earlier edit that it builds on arrived (text.ts). */
export interface WaitingEdit {
  /** The name of the edit's own write. */
  readonly name: Name
  readonly of: Name
  readonly update: string
}

/**
 * The values that no write supersedes: usually one, several after concurrent writes. `entries` are sorted by name. `awaited` names writes
 * that were superseded before they arrived.
 */
export interface Register {
  readonly kind: 'register'
  readonly entries: readonly Entry[]
  readonly awaited: readonly Name[]
  /** Sorted by name; absent if nothing waits. Edits wait only after a hub lost writes that its devices still hold. */
  readonly waiting?: readonly WaitingEdit[]
  /** The space's version when this field last changed; 0 on a device if the hub has not confirmed it. */
  readonly version: number
}

/**
 * The write that every text field begins with: an empty string (text.ts). It never arrives, so once a write supersedes it, it stays in
 * `awaited` for good, and a later edit of it is an edit of a superseded string.
 */
export const ORIGIN: Name = 'AAAAAAAAAAAAAAAAAAAAAA' as Name

/** A register that nobody has written. */
export const EMPTY_REGISTER: Register = { kind: 'register', entries: [], awaited: [], version: 0 }

/** Whether a write has been applied in this space. The hub looks in its table of intents; the hub tells the device. */
export type Known = (name: Name) => boolean

/** A superseded value: the write `by`, which may be older and have arrived late, superseded `entry`. */
export interface Displaced {
  readonly entry: Entry
  readonly by: Name | null
}

/** The arriving write, and which other writes have arrived. */
export interface Arriving {
  readonly name: Name
  /** The version of the space that the write takes; 0 for a device's own unconfirmed write. */
  readonly version: number
  readonly known: Known
}

/**
 * Adds a write to a register. `entry` is null for a write that only removes (an element from a set). Pure. The caller handles waiting edits
 * (text.ts), and finds displaced entries by comparing the register before and after.
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

/** The common case, detected in a few comparisons: the write supersedes the one entry and nothing beyond its `over`. */
function isPlainSuccession({ entries, awaited }: Register, over: readonly Name[]): boolean {
  const only = entries[0]
  if (only === undefined || entries.length !== 1 || awaited.length !== 0) return false
  if (over[0] !== only.name || over.length > only.over.length + 1 || only.name === ORIGIN) return false
  for (let index = 1; index < over.length; index++) if (over[index] !== only.over[index - 1]) return false
  return true
}

/** The entries without the superseded ones and with the new one, sorted by name. */
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

/** The awaited names, plus those in `over` that have not arrived. ORIGIN never arrives. */
function withMissing({ entries, awaited }: Register, over: readonly Name[], known: Known): readonly Name[] {
  const missing = over.filter((name) => !awaited.includes(name) && (name === ORIGIN || !(isSettled(entries, name) || known(name))))
  return missing.length === 0 ? awaited : [...new Set([...awaited, ...missing])].sort()
}

/** Whether `known` need not be asked about a name. Every name in the `over` of an entry has arrived or is already awaited. */
const isSettled = (entries: readonly Entry[], name: Name): boolean =>
  entries.some((entry) => entry.name === name || entry.over.includes(name))
