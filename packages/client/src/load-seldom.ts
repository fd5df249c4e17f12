/** Loads what a store seldom needs. */
import { loadPart } from './platform/load-part.ts'

/** @throws PartMissing */
export const loadSeldom = (): Promise<typeof import('./seldom.ts')> => loadPart(() => import('./seldom.ts'))
