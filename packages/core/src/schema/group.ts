/**
 * Groups. A write may give only some members; the others come from the value that its author saw, so that a register always holds a
 * complete group.
 *
 *   given { lat: 46.1 }, over an entry { lat: 46, lon: 14.5, alt: 300 }   →   { lat: 46.1, lon: 14.5, alt: 300 }
 *
 * A completed value has every member, with null for absent optional ones. So completing it again changes nothing, and a cleared member does
 * not come back.
 */
import type { Json } from '../canonical.ts'
import type { FieldOperation } from '../change.ts'
import type { Name } from '../ids.ts'
import type { FieldState } from '../merge/record.ts'
import { show, type Rule } from '../merge/rules.ts'
import { isRefusal, refuse } from './codes.ts'
import type { FieldDefinition, Refusal } from './definition.ts'
import { failedCheck } from './standard.ts'
import { checkValue } from './validate.ts'

type GroupDefinition = Extract<FieldDefinition, { kind: 'group' }>
type SetOperation = Extract<FieldOperation, { kind: 'set' }>
type MemberValues = { readonly [name: string]: Json | undefined }

/** Returns the write with its group completed, or why it is refused. The `field` of a refusal names the member: `place.lat`. */
export function judgeGroup(definition: GroupDefinition, operation: SetOperation, state: FieldState | undefined): SetOperation | Refusal {
  const { value, field } = operation
  if (value === null) return definition.optional ? operation : refuse('value.required', undefined, { field })
  if (!isMembers(value)) return refuse('value.type', 'A group is an object of its members.', { field })
  const fault = checkMembers(definition, field, value)
  if (fault !== null) return fault
  const completed = completeGroup(definition, operation, state)
  if (isRefusal(completed)) return completed
  const message = failedCheck(definition.checks, completed.value)
  return message === null ? completed : refuse('value.invalid', message, { field })
}

const isMembers = (value: Json | undefined): value is MemberValues => typeof value === 'object' && value !== null && !Array.isArray(value)

function checkMembers({ members }: GroupDefinition, field: string, value: MemberValues): Refusal | null {
  for (const [name, member] of Object.entries(value)) {
    const place = { field: `${field}.${name}` }
    const definition = Object.hasOwn(members, name) ? members[name] : undefined
    if (definition === undefined) return refuse('schema.unknownField', undefined, place)
    const fault = member === undefined ? null : checkValue(definition, member)
    if (fault !== null) return { ...fault, ...place }
  }
  return null
}

/** Fills in the members that were left out; refuses with `group.partial` if it cannot. */
function completeGroup(definition: GroupDefinition, operation: SetOperation, state: FieldState | undefined): SetOperation | Refusal {
  const given = operation.value
  const missing = isMembers(given) ? Object.keys(definition.members).filter((name) => given[name] === undefined) : []
  if (!isMembers(given) || missing.length === 0) return operation
  const seen = shownOfSeen(definition.rule, operation.over, state)
  const lost = missing.find((name) => seen?.[name] === undefined && definition.members[name]?.optional !== true)
  if (lost !== undefined)
    return refuse('group.partial', `'${lost}' was not given, and there is nothing to take it from.`, { field: operation.field })
  return { ...operation, value: filled(given, missing, seen) }
}

/** Fills in the members without refusing: a member found nowhere becomes null. For changes that the hub once accepted. */
export function fillGroup(definition: GroupDefinition, operation: SetOperation, state: FieldState | undefined): SetOperation {
  const given = operation.value
  if (!isMembers(given)) return operation
  const missing = Object.keys(definition.members).filter((name) => given[name] === undefined)
  return missing.length === 0
    ? operation
    : { ...operation, value: filled(given, missing, shownOfSeen(definition.rule, operation.over, state)) }
}

const filled = (given: MemberValues, missing: readonly string[], seen: MemberValues | null): Json => ({
  ...given,
  ...Object.fromEntries(missing.map((name) => [name, seen?.[name] ?? null])),
})

/** The value shown of the entries that the write supersedes. */
function shownOfSeen(rule: Rule, over: readonly Name[], state: FieldState | undefined): MemberValues | null {
  if (state?.kind !== 'register' || over.length === 0) return null
  const entries = state.entries.filter((entry) => over.includes(entry.name))
  if (entries.length === 0) return null
  const { value } = show(rule, { ...state, entries })
  return isMembers(value) ? value : null
}
