// Builds the gallery as an app would be, and serves it from an origin that may load nothing from anywhere else and run no inline
// script or style.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const PAGE = fileURLToPath(new URL('./gallery/main.ts', import.meta.url))
const STYLE = fileURLToPath(new URL('./gallery/page.css', import.meta.url))
const HTML = `<!doctype html><html lang="en-GB"><title>Elements</title><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/page.css"><script type="module" src="/page.js"></script></html>`
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' }

export interface Gallery {
  readonly origin: string
  stop(): Promise<void>
}

export async function serveGallery(): Promise<Gallery> {
  const directory = await mkdtemp(join(tmpdir(), 'tombolo-gallery-'))
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['tombolo-source', 'module', 'browser', 'production'] },
    build: {
      outDir: directory,
      emptyOutDir: true,
      rolldownOptions: { input: PAGE, output: { entryFileNames: 'page.js' } },
    },
  })
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://gallery')
    const send = (status: number, type: string, body?: string | Buffer): unknown =>
      response.writeHead(status, { 'content-type': type, 'content-security-policy': "default-src 'self'" }).end(body)
    if (pathname === '/') send(200, 'text/html', HTML)
    else
      readFile(pathname === '/page.css' ? STYLE : join(directory, pathname)).then(
        (body) => send(200, TYPES[extname(pathname)] ?? 'text/plain', body),
        () => send(pathname === '/favicon.ico' ? 204 : 404, 'text/plain'),
      )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      await new Promise((resolve) => server.close(resolve))
      await rm(directory, { recursive: true, force: true })
    },
  }
}
