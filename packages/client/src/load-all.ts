/**
 * Loads now all that a store loads when it needs it. In virtual time nothing may take a turn of the real one: days might pass before a part
 * is there.
 */
import { loadSeldom } from './load-seldom.ts'

export async function loadAll(): Promise<void> {
  await Promise.all([loadSeldom(), import('./sync/runner.ts'), import('./sync/check.ts'), import('@tombolo/core/yjs')])
}
