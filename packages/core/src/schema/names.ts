/**
 * Names of collections and fields: `[A-Za-z][A-Za-z0-9_]*`, at most 64 characters. They become names in SQL, which ignores case, and keys
 * of objects, which have inherited names of their own.
 */
import { IDENTIFIER_LENGTH_MAX } from '../limits.ts'
import { SchemaError } from './codes.ts'

/** Fields of every row, beside those that begin with `$`. */
const OF_ROWS = ['id', 'space'] as const
/** SQLite's own names for a row's number. */
const OF_SQLITE = ['rowid', 'oid', '_rowid_'] as const
/** Members that every JavaScript object inherits. */
const OF_OBJECTS = [
  '__proto__',
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
  'constructor',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toLocaleString',
  'toString',
  'valueOf',
] as const

/** Names that no collection, field or member may have. Both the types and `schema()` refuse them. */
export type ReservedName = (typeof OF_ROWS | typeof OF_SQLITE | typeof OF_OBJECTS)[number] | `$${string}`

const RESERVED: ReadonlySet<string> = new Set([...OF_ROWS, ...OF_SQLITE, ...OF_OBJECTS].map((name) => name.toLowerCase()))
const NAME = /^[A-Za-z][A-Za-z0-9_]*$/

/**
 * @throws SchemaError `declaration.name` for the first name that is not allowed. `what` appears in the message, such as 'field of notes'.
 */
export function checkNames(what: string, names: readonly string[]): void {
  const taken = new Map<string, string>()
  for (const name of names) {
    const fault = faultOfName(name, taken)
    if (fault !== null) throw new SchemaError('declaration.name', `'${name}' cannot be a ${what}: ${fault}`)
    taken.set(name.toLowerCase(), name)
  }
}

function faultOfName(name: string, taken: ReadonlyMap<string, string>): string | null {
  if (name.startsWith('$')) return "names that begin with '$' are reserved"
  if (RESERVED.has(name.toLowerCase())) return 'this name is reserved'
  if (!NAME.test(name)) return 'a name is a letter, then letters, digits and underscores'
  if (name.length > IDENTIFIER_LENGTH_MAX) return `a name has at most ${IDENTIFIER_LENGTH_MAX} characters`
  const other = taken.get(name.toLowerCase())
  return other === undefined ? null : `it differs from '${other}' only in case`
}
