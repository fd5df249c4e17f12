/**
 * Serves the app's built files. Assets with a hash in their name never change; the page and the service worker are revalidated each time,
 * so that an update is found. A path that is neither a file nor an asset is a route of the app and gets the page.
 */
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json',
}

/** The app runs only its own code; `wasm-unsafe-eval` is what compiling SQLite needs, `blob:` what photos are shown from. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Of every file: a worker runs under the policy of its own, not of the page that starts it. */
const COMMON = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
} as const

/**
 * Serves the app's built files, with headers that let it run only its own code.
 * @example const elsewhere = serveFiles('dist')
 */
export function serveFiles(directory: string): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'method not allowed')
    const path = fileOf(new URL(request.url).pathname)
    const body = path === null ? null : await read(directory, path)
    if (body !== null && path !== null) return file(path, body)
    const page = isPage(path) ? await read(directory, 'index.html') : null
    return page === null ? plain(404, 'not found') : file('index.html', page)
  }
}

function fileOf(pathname: string): string | null {
  try {
    const path = normalize(decodeURIComponent(pathname)).slice(1)
    const isInside = !path.split(sep).includes('..') && !path.includes('\0')
    return isInside ? (path === '' ? 'index.html' : path) : null
  } catch {
    return null
  }
}

const isPage = (path: string | null): boolean => path !== null && extname(path) === ''

async function read(directory: string, path: string): Promise<Buffer | null> {
  try {
    return await readFile(join(directory, path))
  } catch {
    return null
  }
}

function file(path: string, body: Buffer): Response {
  const type = TYPES[extname(path)] ?? 'application/octet-stream'
  const headers = { ...COMMON, 'content-type': type, 'cache-control': cacheOf(path), 'content-length': String(body.length) }
  return new Response(new Uint8Array(body), { headers })
}

/** The cache header of a path. Vite puts hashed files under `assets/`. */
const cacheOf = (path: string): string => (path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')

const plain = (status: number, text: string): Response =>
  new Response(text, { status, headers: { ...COMMON, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' } })
