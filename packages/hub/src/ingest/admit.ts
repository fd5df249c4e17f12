/**
 * Admission: who shows the secret of an invitation has its role in that push [W6], and for good once the record of the member has arrived,
 * which their device writes itself: nobody reads a space unseen. Who was removed is let in by owners alone, who decide it by name.
 */
import { INVITE_COLLECTION, MEMBER_COLLECTION, type PushRequest, type Role, standingOf, viewRecord } from '@tombolo/core'
import { mayRead } from '../readers.ts'
import type { IngestContext } from './context.ts'
import type { Layer } from './layer.ts'

/** Somebody who shows an invitation with a push. */
interface Guest {
  readonly account: string
  readonly push: Pick<PushRequest, 'join' | 'space'>
}

/** Gives the account of a push its role, in the layer; returns why it gets none, or null. */
export function admit(layer: Layer, { account, push: { join } }: Guest, context: IngestContext): 'invite.unknown' | 'invite.over' | null {
  if (join === undefined || mayRead(layer.standing(account))) return null
  const role = roleOf(layer, join, context)
  if (role === 'unknown') return 'invite.unknown'
  if (role === 'over' || layer.standing(account) === 'none') return 'invite.over'
  layer.standings.set(account, role)
  return null
}

/** Takes the role back from a guest whose record has not arrived by the end of the push. */
export function letGuestGo(layer: Layer, { account, push: { join, space } }: Guest, { memberId }: IngestContext): void {
  if (join !== undefined && layer.before(MEMBER_COLLECTION, memberId(space, account)) === undefined) layer.standings.delete(account)
}

function roleOf(layer: Layer, secret: string, { inviteId, nowMs, schema }: IngestContext): Role | 'unknown' | 'over' {
  const definition = schema.collections[INVITE_COLLECTION]
  const record = layer.before(INVITE_COLLECTION, inviteId(secret))
  if (definition === undefined || record === undefined) return 'unknown'
  const { values, deleted } = viewRecord(definition, record)
  const role = standingOf(values['role'])
  return deleted || role === 'none' || Number(values['until']) < nowMs ? 'over' : role
}
