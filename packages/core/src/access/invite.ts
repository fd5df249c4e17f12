/**
 * Invitations. An owner makes one without a network: a record of the collection `$invite` whose id is a hash of a secret, so that whoever
 * reads the space learns no secret, and a code for a link that holds it. Whoever has the code may join in the role of the record, until it
 * ends or an owner deletes it. The hub is shown the secret with a push, in which the one who joins has written already.
 *
 *   code   space . secret . role            each in base64url, the role as a number
 */
import { base64url, type Hash, hash128 } from '../hash.ts'
import type { RandomBytes, RecordId, SpaceId } from '../ids.ts'
import { uuidOfWireId, wireIdOf } from '../protocol/codec/wire-id.ts'
import { type Role, STANDINGS } from './role.ts'

/** What the link of an invitation says. The role is a hint: what counts is the record. */
export interface Invitation {
  readonly space: SpaceId
  readonly secret: string
  readonly role: Role
}

const SECRET_BYTES = 16
const SECRET = /^[A-Za-z0-9_-]{22}$/

/** The secret of a new invitation: 128 random bits, as 22 base64url characters. */
export const mintSecret = (random: RandomBytes): string => base64url(random(SECRET_BYTES))

export const isSecret = (value: unknown): value is string => typeof value === 'string' && SECRET.test(value)

/** The id of the record of the invitation that has this secret. */
export const inviteId = (hash: Hash, secret: string): RecordId => uuidOfWireId(hash128(hash, `invite\n${secret}`)) as RecordId

/**
 * The code of an invitation, for a link. Whoever has it may join: it belongs behind the `#` of a URL, which browsers send to nobody.
 */
export const invitationCode = ({ space, secret, role }: Invitation): string => `${wireIdOf(space)}.${secret}.${STANDINGS.indexOf(role)}`

/**
 * Reads a code, which may come from anyone; null if it is none.
 * @example readInvitation('AZPk0nwAehGKIjtMXW5_gA.AAAAAAAAAAAAAAAAAAAAAA.3')?.role // 'editor'
 */
export function readInvitation(code: string): Invitation | null {
  const [id, secret, number, ...more] = code.trim().split('.')
  const space = uuidOfWireId(id)
  const role = STANDINGS[Number(number)]
  if (space === null || !isSecret(secret) || role === undefined || role === 'none' || more.length > 0) return null
  return { space: space as SpaceId, secret, role }
}
