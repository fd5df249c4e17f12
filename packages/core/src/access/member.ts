/**
 * The members of a space: records of the collection `$member`. The id of a member's record follows from space and account, so that two
 * owners who add one person, each without a network, write one record, and nobody has two roles.
 */
import { hash128, type Hash } from '../hash.ts'
import type { RecordId, SpaceId } from '../ids.ts'
import type { RecordState } from '../merge/record.ts'
import { uuidOfWireId } from '../protocol/codec/wire-id.ts'
import { MEMBER_COLLECTION, type SchemaDefinition } from '../schema/definition.ts'
import { viewRecord } from '../schema/view.ts'
import { type Standing, standingOf } from './role.ts'

/** An account with its role in a space. */
export interface Member {
  readonly account: string
  readonly standing: Standing
}

/** The id of the record that says which role an account has in a space. */
export function memberId(hash: Hash, space: SpaceId, account: string): RecordId {
  const id = uuidOfWireId(hash128(hash, `member\n${space}\n${account}`))
  return id as RecordId
}

/** What a member's record says. */
export function memberOf(schema: Pick<SchemaDefinition, 'collections'>, record: RecordState): Member {
  const definition = schema.collections[MEMBER_COLLECTION]
  if (definition === undefined) return { account: '', standing: 'none' }
  const { values } = viewRecord(definition, record)
  return { account: typeof values['account'] === 'string' ? values['account'] : '', standing: standingOf(values['role']) }
}
