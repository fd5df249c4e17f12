/** What a store of this origin is called, wherever something of it is kept. */
export const DEFAULT_NAME = 'store'

/** Held by the tab that leads, which has the database open. */
export const leaderLock = (name: string): string => `tombolo:${name}`
/** In the origin's private file system. */
export const databaseDirectory = (name: string): string => `/tombolo/${name}`
/** The mirror of the outbox, in IndexedDB. */
export const outboxName = (name: string): string => `tombolo.${name}.outbox`
