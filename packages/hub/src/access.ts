/**
 * Who may do what in a space. One seam for every read and write: nothing else in the hub compares accounts.
 * For now the account that made a space is its owner, and nobody else may know that it exists.
 */
import type { SpaceRow } from './storage.ts'

/** What an account may do in a space. An owner may do everything. */
export type Role = 'owner'

/** Null: to this account the space does not exist. */
export type Access = (account: string, space: SpaceRow) => Role | null

/** The default: a space belongs to who made it. */
export const ownerOnly: Access = (account, { owner }) => (owner === account ? 'owner' : null)
