/** What waits to leave the device, in three lanes counted apart. In this order they go: small and certain before large and optional [S4]. */
export type Lane = 'changes' | 'files' | 'jobs'
