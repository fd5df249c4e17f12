/**
 * Inviting and joining, on the device: both work without a network [W6].
 *
 *   invite   a record whose id is a hash of the secret ──► sent like any other
 *   join     the space is here, empty ──► the person writes ──► hello tells the account ──► the record of the member ──► the push shows
 *            the secret ──► the hub lets the account in ──► the space is read
 */
import { INVITE_COLLECTION, MEMBER_COLLECTION, type SpaceId } from '@tombolo/core'
import type { RecordStep, WriteBatch } from './port.ts'
import { isThere, makerSteps, memberStep } from './role-steps.ts'
import type { Joining } from './spaces.ts'
import { quoted } from './sql.ts'
import type { StoreState } from './state.ts'
import type { Writer } from './writer.ts'

type Join = Extract<WriteBatch, { readonly type: 'join' }>

/** Does nothing where the account has a role already. Runs inside a transaction. */
export function beginJoining(state: StoreState, { space: id, secret, role, name }: Join): void {
  const known = state.spaces.find(id)
  if (known !== undefined && known.role !== 'none' && known.joining === null) return
  const space = known ?? state.spaces.add(id, false)
  state.spaces.save({ ...space, role: null, joining: name === undefined ? { secret, role } : { secret, role, name } })
  state.touchSpaces()
}

/**
 * Writes, once the hub has told who this is, the record of this member where they joined, and where they invited others before. Runs inside a
 * transaction.
 */
export function sayWhoJoined(state: StoreState, writer: Writer): void {
  const { account } = state
  if (account === '') return
  for (const { id, joining } of state.spaces.all()) {
    const steps = joining === null ? (hasCompany(state, id) ? makerSteps(state, id) : []) : joinerSteps(state, id, joining)
    if (steps.length > 0) writer.write({ space: id, steps })
  }
}

function joinerSteps(state: StoreState, space: SpaceId, { role, name }: Joining): readonly RecordStep[] {
  if (isThere(state, space, state.account)) return []
  return [memberStep(state, space, state.account, name === undefined ? { role } : { role, name })]
}

const hasCompany = ({ database }: StoreState, space: SpaceId): boolean =>
  [INVITE_COLLECTION, MEMBER_COLLECTION].some(
    (name) => database.prepare(`SELECT 1 FROM ${quoted(name)} WHERE space = ? LIMIT 1`).get(space) !== undefined,
  )
