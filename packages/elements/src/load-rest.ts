/**
 * Loads the elements that a page does not need for its first paint: when the browser has nothing else to do, or as soon as somebody
 * asks. An element that is in the page before is drawn when it comes.
 */
let loading: Promise<unknown> | null = null

/** Fails when the file cannot be had; asked again, it tries again. */
export function loadRest(): Promise<unknown> {
  loading ??= import('./rest.ts').catch((error: unknown) => {
    loading = null
    throw error
  })
  return loading
}

export function loadRestWhenIdle(): void {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(tryToLoad, { timeout: 2_000 })
  else setTimeout(tryToLoad, 200)
}

const tryToLoad = (): void => void loadRest().catch(() => {})
