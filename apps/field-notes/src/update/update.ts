/**
 * The service worker and its updates. A new version is fetched beside the old one, and takes over when no tab of the app is open any more,
 * or when a person says so; then all tabs load it, once, and never over open work.
 */
import { Cell, useCell } from '../cell.ts'
import type { FieldStore } from '../store.ts'
import { scriptUrl } from '../trusted.ts'
import { isWorkOpen } from './open-work.ts'
import { hasUnsaved } from './unsaved.ts'

const waiting = new Cell<ServiceWorker | null>(null)

export function registerServiceWorker(): void {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return
  const hadWorker = navigator.serviceWorker.controller !== null
  navigator.serviceWorker.addEventListener('controllerchange', () => hadWorker && void reloadWhenFree())
  navigator.serviceWorker
    .register(scriptUrl('/service.worker.js'), { updateViaCache: 'none' })
    .then(watch)
    .then(keepTheRest)
    .catch((error: unknown) => console.warn('The app could not be kept for offline use.', error))
}

function watch(registration: ServiceWorkerRegistration): void {
  found(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const { installing } = registration
    installing?.addEventListener('statechange', () => found(registration.waiting))
  })
  // An app that is never closed still learns of updates.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && navigator.onLine) registration.update().catch(() => {})
  })
}

/** What is large and seldom wanted comes when the page is at rest, unless the person saves data. */
async function keepTheRest(): Promise<void> {
  const { active } = await navigator.serviceWorker.ready
  const isSaving = (navigator as { readonly connection?: { readonly saveData?: boolean } }).connection?.saveData === true
  if (!isSaving) setTimeout(() => active?.postMessage('keep the rest'), REST_MS)
}

const REST_MS = 5000

/** The first version has nothing to replace. */
function found(worker: ServiceWorker | null): void {
  if (navigator.serviceWorker.controller !== null && waiting.get() !== worker) waiting.set(worker)
}

export const useUpdate = (): boolean => useCell(waiting) !== null

/**
 * Why not, or null: then the app loads anew. The store is closed first, so that the old worker is asked for nothing while it stops: a
 * request then would start it again, and Chromium leave it in place for five minutes. Where it stays all the same, the app opens as it was.
 */
export async function updateNow(store: Pick<FieldStore, 'flush' | 'unsaved' | 'close'>): Promise<string | null> {
  if (await isWorkOpen()) return 'An import is still running. Update when it is done.'
  // What is typed from here on would have nowhere to go.
  document.body.inert = true
  await store.flush()
  if (hasUnsaved(store)) {
    document.body.inert = false
    return 'Something you wrote could not be saved. Look at it first, then update.'
  }
  await store.close().catch(reportError)
  waiting.get()?.postMessage('take over')
  setTimeout(() => location.reload(), PATIENCE_MS)
  return null
}

const PATIENCE_MS = 5000

/** Another tab may have said 'now' while this one works: it goes on, and is new when it is opened next. */
async function reloadWhenFree(): Promise<void> {
  if (!(await isWorkOpen())) location.reload()
}
