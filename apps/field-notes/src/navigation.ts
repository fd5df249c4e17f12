/** Moves between addresses without loading the page anew, and tells components where they are. */
import { useMemo, useSyncExternalStore } from 'react'
import { type Filter, filterOf, searchOf } from './notes/filter.ts'
import { pathOf, type Route, routeOf } from './routes.ts'

const listeners = new Set<() => void>()
const tell = (): void => listeners.forEach((listener) => listener())
globalThis.addEventListener('popstate', tell)

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

const address = (): string => location.pathname + location.search

/** Goes to another screen; what the list shows goes along. */
export function go(route: Route, filter: Filter = currentFilter()): void {
  const next = pathOf(route) + searchOf(filter)
  if (next === address()) return
  history.pushState({ inApp: true }, '', next)
  tell()
}

/** Where `go` would lead, for a link. */
export const hrefOf = (route: Route, filter: Filter): string => pathOf(route) + searchOf(filter)

/** Changes what the list shows; the way back is not made longer by each letter typed. */
export function show(filter: Filter): void {
  history.replaceState(history.state, '', location.pathname + searchOf(filter))
  tell()
}

/** Back to the list: the way one came, where that was within the app. */
export function back(): void {
  if ((history.state as { readonly inApp?: boolean } | null)?.inApp === true) history.back()
  else go({ screen: 'list' })
}

export const currentFilter = (): Filter => filterOf(new URLSearchParams(location.search))

export function useRoute(): Route {
  const path = useSyncExternalStore(subscribe, () => location.pathname)
  return useMemo(() => routeOf(path), [path])
}

export function useFilter(): Filter {
  const search = useSyncExternalStore(subscribe, () => location.search)
  return useMemo(() => filterOf(new URLSearchParams(search)), [search])
}
