/**
 * Roles: what an account may do in a space. Who has which is kept in records of the collection `$member`, one for each account, so that it
 * is decided offline, merges and syncs like everything else.
 *
 *   owner         everything, and decides who has which role
 *   editor        writes every record, and renames the space
 *   contributor   adds records
 *   reader        reads
 *   none          was removed, or left: the space is gone from their devices
 */
import type { Json } from '../canonical.ts'

/** From the least to the greatest. */
export const STANDINGS = ['none', 'reader', 'contributor', 'editor', 'owner'] as const

/** A role, or `none` for somebody who had one. */
export type Standing = (typeof STANDINGS)[number]

/** What an account may do in a space. */
export type Role = Exclude<Standing, 'none'>

/**
 * The rule of `$member.role`: of decisions that did not see one another the one that allows least counts, so that nobody comes back in
 * because somebody else, elsewhere, gave them another role at that time. A later decision that saw both counts as it is.
 */
export const leastOf = (candidates: readonly { readonly value: Json }[]): Standing =>
  STANDINGS.find((standing) => candidates.some(({ value }) => value === standing)) ?? 'none'

/** Reads a role as it is stored; text that is none of these allows nothing. */
export const standingOf = (value: Json | undefined): Standing => STANDINGS.find((standing) => standing === value) ?? 'none'
