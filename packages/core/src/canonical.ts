/**
 * Canonical JSON (RFC 8785): each value has exactly one spelling, so every client in every language hashes the same bytes. Object keys are
 * sorted by UTF-16 code units; numbers are written as ECMAScript writes them; −0 is 0; no whitespace is written.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/**
 * Writes a value in its canonical spelling (RFC 8785). Hashes and comparisons use this text.
 * @throws AssertionError for a number that is not finite.
 * @example canonicalJson({ b: 1, a: [true, null] }) // '{"a":[true,null],"b":1}'
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const ordered = inOrder(value)
  return ordered === null ? spelled(value) : JSON.stringify(ordered)
}

/** Whether `JSON.stringify` writes this value as `canonicalJson` does. */
export const isCanonical = (value: Json): boolean => value === null || typeof value !== 'object' || inOrder(value) === value

type Members = { readonly [key: string]: Json | undefined }

/**
 * Returns the value with the keys of its objects sorted, so that `JSON.stringify`, which is many times faster, can write it; the same value
 * if they are sorted already. Null if sorting cannot help: JavaScript objects always list index-like keys first.
 */
function inOrder(value: readonly Json[] | Members): readonly Json[] | Members | null {
  if (isArray(value)) return elementsInOrder(value)
  const ordered = areKeysInOrder(value) ? value : withKeysInOrder(value)
  return ordered === null ? null : membersInOrder(ordered)
}

function elementsInOrder(elements: readonly Json[]): readonly Json[] | null {
  let copy: Json[] | null = null
  for (let index = 0; index < elements.length; index++) {
    const element = elements[index]
    if (typeof element !== 'object' || element === null) continue
    const ordered = inOrder(element)
    if (ordered === null) return null
    if (ordered !== element) (copy ??= [...elements])[index] = ordered
  }
  return copy ?? elements
}

function membersInOrder(members: Members): Members | null {
  let copy: { [key: string]: Json | undefined } | null = null
  for (const key in members) {
    const member = members[key]
    if (typeof member !== 'object' || member === null) continue
    const ordered = inOrder(member)
    if (ordered === null || key === '__proto__') return null
    if (ordered !== member) (copy ??= { ...members })[key] = ordered
  }
  return copy ?? members
}

function areKeysInOrder(members: Members): boolean {
  let last = ''
  for (const key in members) {
    if (key < last) return false
    last = key
  }
  return true
}

function withKeysInOrder(members: Members): Members | null {
  const ordered: { [key: string]: Json | undefined } = {}
  for (const key of Object.keys(members).sort()) {
    if (key === '__proto__' || INDEX.test(key)) return null
    ordered[key] = members[key]
  }
  return ordered
}

const INDEX = /^\d+$/
const isArray = (value: object): value is readonly Json[] => Array.isArray(value)

function spelled(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(spelled).join(',')}]`
  const object = value as { readonly [key: string]: Json | undefined }
  const members: string[] = []
  for (const key of Object.keys(object).sort()) {
    const member = object[key]
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${spelled(member)}`)
  }
  return `{${members.join(',')}}`
}

/** Equal as JSON values. */
export const sameJson = (a: Json, b: Json): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && canonicalJson(a) === canonicalJson(b))

/** Whether this is a JSON value no deeper than `depthMax`. Everything that comes from outside is checked here once. */
export function isJson(value: unknown, depthMax: number): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || depthMax <= 0) return false
  const members = Array.isArray(value) ? value : Object.values(value)
  return members.every((member) => isJson(member, depthMax - 1))
}
