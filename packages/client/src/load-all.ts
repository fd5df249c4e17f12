/**
 * Loads now all that an engine and its sync load when they need it. In virtual time nothing may take a turn of the real one: days might pass before a part
 * is there.
 */
import { loadSeldom } from './load-seldom.ts'

export async function loadAll(): Promise<void> {
  await Promise.all([
    loadSeldom(),
    import('./page/invitations.ts'),
    import('./sync/runner.ts'),
    import('./sync/check.ts'),
    import('@tombolo/core/yjs'),
  ])
}
