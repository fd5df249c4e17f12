// Builds the tabs lab as an app would be, and serves it from an origin of its own, which may load nothing from anywhere else.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, defaultClientConditions } from 'vite'

const PAGE = fileURLToPath(new URL('./lab/page.ts', import.meta.url))
const HTML = '<!doctype html><title>Tabs lab</title><script type="module" src="/page.js"></script>'
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.wasm': 'application/wasm' }

const OWN_ORIGIN_ONLY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"

export interface LabServer {
  readonly origin: string
  stop(): Promise<void>
}

export async function serveLab(): Promise<LabServer> {
  const directory = await mkdtemp(join(tmpdir(), 'tombolo-lab-'))
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['tombolo-source', ...defaultClientConditions] },
    worker: { format: 'es' },
    build: { outDir: directory, emptyOutDir: true, rolldownOptions: { input: PAGE, output: { entryFileNames: 'page.js' } } },
  })
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://lab')
    const send = (status: number, type: string, body?: string | Buffer): unknown =>
      response.writeHead(status, { 'content-type': type, 'content-security-policy': OWN_ORIGIN_ONLY }).end(body)
    if (pathname === '/') send(200, 'text/html', HTML)
    else
      readFile(join(directory, pathname)).then(
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
