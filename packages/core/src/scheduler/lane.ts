/** Three lanes of data to send, each with its own count, in this order of priority: small and certain before large and optional [S4]. */
export type Lane = 'changes' | 'files' | 'jobs'
