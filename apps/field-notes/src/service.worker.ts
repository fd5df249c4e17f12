/**
 * Keeps the app's own files, so that it opens without a network, also after a reload. It never touches data: the database is the page's
 * worker's, and what goes to the hub goes past this.
 *
 *   install    fetches every file of this version into a cache of its own, all or none
 *   activate   when no page of the version before is open, or a person says 'now': clears the caches of other versions
 *   message    'take over' · 'keep the rest': what is large and seldom wanted, once the page is at rest
 *   fetch      a page → the shell; a file of the app → the cache; anything else → the network
 */
declare const SHELL: readonly string[]
declare const LATER: readonly string[]
declare const VERSION: string

const scope = globalThis as unknown as ServiceWorkerGlobalScope
const CACHE = `field-notes ${VERSION}`
/** Files that are large and seldom wanted; their names hold a hash, so they outlive versions. */
const KEPT = 'field-notes kept'
const OURS = /^field-notes /
const files = new Set(SHELL)

scope.addEventListener('install', (event) => event.waitUntil(fill()))
scope.addEventListener('activate', (event) => event.waitUntil(takeOver()))
scope.addEventListener('message', (event) => {
  if (event.data === 'take over') event.waitUntil(scope.skipWaiting())
  if (event.data === 'keep the rest') event.waitUntil(Promise.all(LATER.map((path) => keep(new Request(path)))))
})
scope.addEventListener('fetch', (event) => {
  const answer = answerTo(event.request)
  if (answer !== null) event.respondWith(answer)
})

async function fill(): Promise<void> {
  const cache = await caches.open(CACHE)
  // Past the browser's own cache, which may hold another version of a file whose name has no hash.
  await cache.addAll(SHELL.map((path) => new Request(path, { cache: path.startsWith('/assets/') ? 'default' : 'no-cache' })))
}

async function takeOver(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => OURS.test(name) && name !== CACHE && name !== KEPT).map((name) => caches.delete(name)))
  await dropOldLater()
  await scope.clients.claim()
}

async function dropOldLater(): Promise<void> {
  const cache = await caches.open(KEPT)
  for (const request of await cache.keys()) if (!LATER.includes(new URL(request.url).pathname)) await cache.delete(request)
}

function answerTo(request: Request): Promise<Response> | null {
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== scope.location.origin) return null
  if (request.mode === 'navigate') return isPage(pathname) ? fromCache(CACHE, '/', request) : null
  if (files.has(pathname)) return fromCache(CACHE, pathname, request)
  return LATER.includes(pathname) ? keep(request) : null
}

/** Every address of the app is its page; what has an ending is a file, and the hub's own addresses are the hub's: an invitation is one. */
const isPage = (pathname: string): boolean => !/\.[^/]+$|^\/(sync|join)(\/|$)|^\/healthz$/.test(pathname)

async function fromCache(name: string, path: string, request: Request): Promise<Response> {
  const cache = await caches.open(name)
  return (await cache.match(path, { ignoreSearch: true })) ?? fetch(request)
}

async function keep(request: Request): Promise<Response> {
  const cache = await caches.open(KEPT)
  const kept = await cache.match(request)
  if (kept !== undefined) return kept
  const response = await fetch(request)
  if (response.ok) await cache.put(request, response.clone())
  return response
}
