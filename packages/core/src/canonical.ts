/**
 * Canonical JSON (RFC 8785): the one spelling of a value, so that every client in every language hashes the same bytes.
 * Object keys are sorted by UTF-16 code units; numbers are written as ECMAScript writes them; −0 is 0; there is no space.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/** @throws never: `Json` has no values that cannot be written; a non-finite number is a broken promise of the types and becomes null. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const object = value as { readonly [key: string]: Json | undefined }
  const members: string[] = []
  for (const key of Object.keys(object).sort()) {
    const member = object[key]
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`)
  }
  return `{${members.join(',')}}`
}

/** Equal as JSON values. */
export const sameJson = (a: Json, b: Json): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && canonicalJson(a) === canonicalJson(b))

/** Is this a JSON value no deeper than `depthMax`? Everything that comes from outside passes here once. */
export function isJson(value: unknown, depthMax: number): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || depthMax <= 0) return false
  const members = Array.isArray(value) ? value : Object.values(value)
  return members.every((member) => isJson(member, depthMax - 1))
}
