/** Moves between addresses without loading the page anew, and tells components where they are. */
import { useMemo, useSyncExternalStore } from 'react'
import type { SpaceId } from '@tombolo/core'
import { type Filter, filterOf, searchOf } from './notes/filter.ts'
import { pathOf, type Route, routeOf } from './routes.ts'

/** What an entry of the browser's history knows beside its address; it survives a reload. */
interface Entry {
  /** It was reached from within the app. */
  readonly inApp?: true
  /** The project of a note that was begun here, while nobody has written in it. */
  readonly begunIn?: SpaceId
}

const listeners = new Set<() => void>()
const tell = (): void => listeners.forEach((listener) => listener())

/** What the list shows now, while the address still says what it showed before. */
let search: string | null = null
let pause: ReturnType<typeof setTimeout> | undefined
/** Browsers count the changes of an address, and refuse those that come too fast. */
const PAUSE_MS = 500

globalThis.addEventListener('popstate', () => {
  drop()
  tell()
})
globalThis.addEventListener('pagehide', settle)

/** The address says what is shown. */
function settle(): void {
  if (search !== null) history.replaceState(history.state, '', location.pathname + search)
  drop()
}

function drop(): void {
  clearTimeout(pause)
  search = null
}

const searchNow = (): string => search ?? location.search
const entry = (): Entry => (history.state ?? {}) as Entry

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Goes to another screen; what the list shows goes along. */
export function go(route: Route, filter: Filter = currentFilter(), begunIn?: SpaceId): void {
  settle()
  const next = pathOf(route) + searchOf(filter)
  if (next === location.pathname + location.search) return
  history.pushState({ inApp: true, ...(begunIn === undefined ? {} : { begunIn }) } satisfies Entry, '', next)
  tell()
}

/** The project of the note at this address, if it was begun here and nobody has written in it. */
export const begunIn = (): SpaceId | null => entry().begunIn ?? null

/** It is a note like any other now. */
export function forgetBegun(): void {
  const { begunIn: _, ...rest } = entry()
  if (_ !== undefined) history.replaceState(rest, '')
}

/** Where `go` would lead, for a link. */
export const hrefOf = (route: Route, filter: Filter): string => pathOf(route) + searchOf(filter)

/** Changes what the list shows, at once; the address follows when the person pauses, and the way back is not made longer. */
export function show(filter: Filter): void {
  drop()
  search = searchOf(filter)
  pause = setTimeout(settle, PAUSE_MS)
  tell()
}

/** Back to the list: the way one came, where that was within the app. */
export function back(): void {
  settle()
  if (entry().inApp === true) history.back()
  else go({ screen: 'list' })
}

export const currentFilter = (): Filter => filterOf(new URLSearchParams(searchNow()))

export function useRoute(): Route {
  const path = useSyncExternalStore(subscribe, () => location.pathname)
  return useMemo(() => routeOf(path), [path])
}

export function useFilter(): Filter {
  const shown = useSyncExternalStore(subscribe, searchNow)
  return useMemo(() => filterOf(new URLSearchParams(shown)), [shown])
}
