/**
 * Who may do what in a space: asked for every push and every page. Which spaces an account hears of (`Storage.spacesOf`, the live feed)
 * goes by the owner beside it; both change together when a space has other readers.
 */
import type { SpaceRow } from './storage.ts'

/** What an account may do in a space. An owner may do everything. */
export type Role = 'owner'

/** Null: to this account the space does not exist. */
export type Access = (account: string, space: SpaceRow) => Role | null

/** A space belongs to the account that made it, and nobody else may know that it exists. */
export const ownerOnly: Access = (account, { owner }) => (owner === account ? 'owner' : null)
