/**
 * Deciding roles, as ordinary writes to the records of the collection `$member`: saved at once, sent when there is a hub, and judged there.
 * The one who made a space has no record in it until somebody else comes: the first decision writes theirs, too, so that everybody sees
 * who is there.
 */
import { MEMBER_COLLECTION, memberId } from '@tombolo/core'
import type { RecordStep, WriteBatch } from './port.ts'
import type { StoreState } from './state.ts'

type Decision = Extract<WriteBatch, { readonly type: 'setRole' }>

export function roleSteps(state: StoreState, { space, account, role, name }: Decision): readonly RecordStep[] {
  const values = name === undefined ? { role } : { role, name }
  const decision = stepOn(state, space, account, values)
  const own = state.account
  const known = state.spaces.find(space)
  const isMaker = known !== undefined && (known.created || known.role === 'owner') && own !== '' && own !== account
  if (!isMaker || isThere(state, space, own)) return [decision]
  return [stepOn(state, space, own, { role: 'owner' }), decision]
}

function stepOn(state: StoreState, space: Decision['space'], account: string, values: Readonly<Record<string, string>>): RecordStep {
  const record = memberId(state.ports.hash, space, account)
  const place = { collection: MEMBER_COLLECTION, record }
  return isThere(state, space, account) ? { type: 'set', ...place, values } : { type: 'add', ...place, values: { account, ...values } }
}

const isThere = ({ records, ports }: StoreState, space: Decision['space'], account: string): boolean =>
  records.load(records.collection(MEMBER_COLLECTION), memberId(ports.hash, space, account)) !== undefined
