/**
 * Parts of the hub for simulations: messages without HTTP, and a database that outlives its process. No promise of stability: this entry
 * may change with any version.
 */
export { assembleHub } from './hub.ts'
export { problemOf } from './problem.ts'
export type { Reply, Stands } from './reply.ts'
export { type Path, PATHS, Service, type ServiceOptions } from './service.ts'
export { storageOn } from './sqlite/index.ts'
