/**
 * Decides what an account may do in a space; called for every push and every page. The spaces that an account is told about
 * (`Storage.spacesOf`, the live feed) depend on the owner alone; both must change together once a space can have other readers.
 */
import type { SpaceRow } from './storage.ts'

/** What an account may do in a space. An owner may do everything. */
export type Role = 'owner'

/** The role of an account in a space. Null: for this account the space does not exist. */
export type Access = (account: string, space: SpaceRow) => Role | null

/** The default: a space belongs to the account that made it, and nobody else may know that it exists. */
export const ownerOnly: Access = (account, { owner }) => (owner === account ? 'owner' : null)
