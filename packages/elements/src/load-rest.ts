/**
 * Loads the elements that a page does not need for its first paint: when the browser is idle, or as soon as somebody asks. Elements already
 * in the page are upgraded then.
 */
let loading: Promise<unknown> | null = null

/** Rejects if the file cannot be loaded; the next call tries again. */
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
