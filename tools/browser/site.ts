// Builds a page as an app would be, and serves it from an origin of its own, which may load nothing from anywhere else and
// run no inline script or style: what works here works under a strict policy.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
}
const OWN_ORIGIN_ONLY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"

export interface Site {
  readonly origin: string
  stop(): Promise<void>
}

export interface SiteOptions {
  /** The packages of this repository as they are built; default: their sources. */
  readonly built?: boolean
}

/** Builds a page into a new directory, which is whoever's who asked. `root`: a folder with an index.html. */
export async function buildSite(root: URL, { built = false }: SiteOptions = {}): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tombolo-site-'))
  // Under a test's environment Vite would choose libraries as they are for development.
  const conditions = [...(built ? [] : ['tombolo-source']), 'module', 'browser', 'production']
  await build({
    configFile: false,
    logLevel: 'error',
    root: fileURLToPath(root),
    publicDir: false,
    resolve: { conditions },
    // SQLite's own glue in a file of its own, as apps have it: it changes seldom.
    worker: { format: 'es', rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'sqlite', test: /sqlite-wasm/ }] } } } },
    build: { outDir: directory, emptyOutDir: true, assetsInlineLimit: 0, target: 'es2023', modulePreload: { polyfill: false } },
  })
  return directory
}

export async function serveSite(root: URL, options?: SiteOptions): Promise<Site> {
  const directory = await buildSite(root, options)
  const server = createServer((request, response) => void answer(response, directory, new URL(request.url ?? '/', 'http://site').pathname))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function answer(response: ServerResponse, directory: string, pathname: string): Promise<void> {
  const path = pathname === '/' ? '/index.html' : pathname
  const headers = { 'content-type': TYPES[extname(path)] ?? 'text/plain', 'content-security-policy': OWN_ORIGIN_ONLY }
  try {
    const body = await readFile(join(directory, path))
    response.writeHead(200, headers).end(body)
  } catch {
    response.writeHead(path === '/favicon.ico' ? 204 : 404, headers).end()
  }
}
