/**
 * Decides whether a member may make a change, from the member's role alone. Pure, and the same on hub and device: the hub refuses what is
 * not allowed when it arrives, whatever the device thought; the device asks before it saves, as early advice.
 *
 *   collection   reader            contributor                 editor             owner
 *   $space       -                 -                           renames            renames, deletes, restores
 *   $member      own name, leaves  own name, leaves            own name, leaves   decides all roles; leaves if another owner stays
 *   $invite      -                 -                           -                  all
 *   any other    -                 adds                        everything         everything
 */
import type { RecordOperations } from '../change.ts'
import type { RecordId } from '../ids.ts'
import type { RecordState } from '../merge/record.ts'
import { type RejectionCode, REJECTIONS } from '../protocol/rejection.ts'
import { type Before, INVITE_COLLECTION, MEMBER_COLLECTION, type Refusal, SPACE_COLLECTION } from '../schema/definition.ts'
import type { Role } from './role.ts'

/** Who makes a change. */
export interface Actor {
  readonly account: string
  readonly role: Role
}

/** What a decision depends on besides the change. */
export interface Company {
  readonly before: Before
  /** The id of the record that says which role an account has. */
  readonly idOf: (account: string) => RecordId
  /** Whether the space has an owner besides this account. */
  readonly hasOtherOwner: (account: string) => boolean
}

/** Why a member may not make a change; null if they may. `operations` are judged already. */
export function permit(actor: Actor, operations: readonly RecordOperations[], company: Company): Refusal | null {
  for (const one of operations) {
    const code = refusalOf(actor, one, company)
    if (code !== null) return { code, message: REJECTIONS[code], collection: one.collection, record: one.record }
  }
  return null
}

function refusalOf(actor: Actor, operations: RecordOperations, company: Company): RejectionCode | null {
  switch (operations.collection) {
    case SPACE_COLLECTION:
      return allowed(actor.role === 'owner' || (actor.role === 'editor' && isRename(operations, company)))
    case INVITE_COLLECTION:
      return allowed(actor.role === 'owner')
    case MEMBER_COLLECTION:
      return refusalOfMember(actor, operations, company)
    default:
      return allowed(mayWrite(actor.role, company.before(operations.collection, operations.record)))
  }
}

/** A write to a space that is deleted would restore it. */
function isRename({ collection, record, life }: RecordOperations, { before }: Company): boolean {
  return life === 'alive' && before(collection, record)?.life.entries.every(({ value }) => value === 'alive') !== false
}

const allowed = (isAllowed: boolean): RejectionCode | null => (isAllowed ? null : 'access.denied')

function mayWrite(role: Role, record: RecordState | undefined): boolean {
  switch (role) {
    case 'owner':
    case 'editor':
      return true
    case 'contributor':
      return record === undefined
    case 'reader':
      return false
  }
}

function refusalOfMember(actor: Actor, operations: RecordOperations, { before, idOf, hasOtherOwner }: Company): RejectionCode | null {
  const isOwn = idOf(actor.account) === operations.record
  if (operations.life === 'deleted' || !isOfItsAccount(operations, before, idOf)) return 'access.denied'
  const role = writtenTo(operations, 'role')
  if (actor.role !== 'owner') return allowed(isOwn && (role === undefined || role === 'none' || role === actor.role))
  return isOwn && role !== undefined && role !== 'owner' && !hasOtherOwner(actor.account) ? 'access.lastOwner' : null
}

/** The record of one account says nothing about another. */
function isOfItsAccount(operations: RecordOperations, before: Before, idOf: Company['idOf']): boolean {
  const account = writtenTo(operations, 'account')
  if (account === undefined) return before(MEMBER_COLLECTION, operations.record) !== undefined
  return typeof account === 'string' && idOf(account) === operations.record
}

const writtenTo = ({ fields }: RecordOperations, name: string): unknown =>
  fields.flatMap((operation) => (operation.kind === 'set' && operation.field === name ? [operation.value] : []))[0]
