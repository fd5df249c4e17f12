/** The names under which the parts of a store are kept in this origin. */
export const DEFAULT_NAME = 'store'

/** The lock of the leading tab, which has the database open. */
export const leaderLock = (name: string): string => `tombolo:${name}`
/** In the origin's private file system. */
export const databaseDirectory = (name: string): string => `/tombolo/${name}`
/** The mirror of the outbox, in IndexedDB. */
export const outboxName = (name: string): string => `tombolo.${name}.outbox`
