/** Live values in components: read while rendering, drawn again when they change. */
import { useMemo, useSyncExternalStore } from 'react'
import type { Live } from '@tombolo/client'

/**
 * A live value; undefined until its first answer. Two components with the same live value share one watch.
 * @throws TomboloError while rendering, for the nearest error boundary, when it cannot be watched.
 * @example const count = useLive(store.db.notes.liveCount)
 */
export function useLive<T>(live: Live<T>): T | undefined {
  const { value, error } = useSnapshot(live)
  if (error !== undefined) throw error
  return value
}

function useSnapshot<T>(live: Live<T>): ReturnType<Live<T>['snapshot']> {
  // A component makes its `Live` anew each time it renders; one with the same key does for all of them.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const kept = useMemo(() => live, [live.key])
  return useSyncExternalStore(kept.subscribe, kept.snapshot)
}
