/** What `@tombolo/client/testing` has on Node only. */
export { memoryDatabase, type MemoryDatabase } from '../storage/node.ts'
