/**
 * Deciding roles, as ordinary writes to the records of the collection `$member`: saved at once, sent when there is a hub, and judged there.
 * The one who made a space has no record in it until somebody else comes: the first decision writes theirs, too, so that everybody sees
 * who is there.
 */
import { MEMBER_COLLECTION, memberId, type SpaceId } from '@tombolo/core'
import type { RecordStep, WriteBatch } from './port.ts'
import type { StoreState } from './state.ts'

type Decision = Extract<WriteBatch, { readonly type: 'setRole' }>

export function roleSteps(state: StoreState, { space, account, role, name }: Decision): readonly RecordStep[] {
  const decision = memberStep(state, space, account, name === undefined ? { role } : { role, name })
  return [...(account === state.account ? [] : makerSteps(state, space)), decision]
}

/** What the record of the maker is to say, if there is none and the hub has told this device who it is. */
export function makerSteps(state: StoreState, space: SpaceId): readonly RecordStep[] {
  const own = state.account
  const known = state.spaces.find(space)
  const isMaker = known !== undefined && (known.created || known.role === 'owner')
  return !isMaker || own === '' || isThere(state, space, own) ? [] : [memberStep(state, space, own, { role: 'owner' })]
}

export function memberStep(state: StoreState, space: SpaceId, account: string, values: Readonly<Record<string, string>>): RecordStep {
  const place = { collection: MEMBER_COLLECTION, record: memberId(state.ports.hash, space, account) }
  return isThere(state, space, account) ? { type: 'set', ...place, values } : { type: 'add', ...place, values: { account, ...values } }
}

export const isThere = ({ records, ports }: StoreState, space: SpaceId, account: string): boolean =>
  records.load(records.collection(MEMBER_COLLECTION), memberId(ports.hash, space, account)) !== undefined
