/**
 * Why the hub refuses a change: the codes of `rejected` verdicts that come from syncing. The codes of refusals by a schema are in
 * ../schema/codes.ts; an app's own policies use the app's codes. docs/spec/errors.md has a section for each code of ours.
 */
export const REJECTIONS = {
  'access.denied': 'This account may not make this change.',
  'access.lastOwner': 'A space keeps an owner: make somebody else one first.',
  'access.revoked': 'This account was removed from the space before this arrived.',
  'hub.fault': 'The hub failed on this change several times and put it aside.',
  'intent.reused': 'Another content was sent under this intent.',
  'record.gone': 'The record was deleted long ago and its traces are cleared away.',
  'space.deleted': 'The space was deleted before this arrived.',
  'space.denied': 'This account may not create this space.',
  'space.exists': 'The space was created by someone else.',
  'text.depends': 'The edit stands on an edit that was refused.',
} as const

/** A code of `REJECTIONS`. */
export type RejectionCode = keyof typeof REJECTIONS
