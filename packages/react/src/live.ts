/** Live values in components, which render again when they change. */
import { useMemo, useSyncExternalStore } from 'react'
import type { Live } from '@tombolo/client'

/**
 * A live value; undefined until its first answer. Two components with the same live value share one watch.
 * @throws TomboloError while rendering, for the nearest error boundary, if the value cannot be watched.
 * @example const count = useLive(store.db.notes.liveCount)
 */
export function useLive<T>(live: Live<T>): T | undefined {
  const { value, error } = useSnapshot(live)
  if (error !== undefined) throw error
  return value
}

function useSnapshot<T>(live: Live<T>): ReturnType<Live<T>['snapshot']> {
  // A component creates a new `Live` at each render; the first one with the same key is kept.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const kept = useMemo(() => live, [live.key])
  return useSyncExternalStore(kept.subscribe, kept.snapshot)
}
