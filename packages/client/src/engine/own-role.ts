/** What the account of this store may do in a space, as far as this device knows: the hub decides. */
import { MEMBER_COLLECTION, memberId, type Standing } from '@tombolo/core'
import { quoted } from './sql.ts'
import type { SpaceState } from './spaces.ts'
import type { StoreState } from './state.ts'

/** Null: the hub has said nothing yet. The record of this member is newer than what the hub said when the device last greeted it. */
export function ownRole({ account, database, ports }: StoreState, { created, id, role }: SpaceState): Standing | null {
  if (role === 'none') return 'none'
  const record = database.prepare(`SELECT role FROM ${quoted(MEMBER_COLLECTION)} WHERE id = ?`).get(memberId(ports.hash, id, account))
  return (record?.['role'] as Standing | undefined) ?? role ?? (created ? 'owner' : null)
}

/**
 * Whether this store may make a space anew at a hub that has lost it: only an owner's, so that nobody becomes the owner of what was shared
 * with them. Who has read a space in which no record names them has made it.
 */
export function mayMakeAnew(state: StoreState, space: SpaceState): boolean {
  const role = ownRole(state, space)
  return role === null ? space.completeAt !== null : role === 'owner'
}
