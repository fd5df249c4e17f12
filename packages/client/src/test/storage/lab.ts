// Builds the pages of the storage lab as an app would be, and serves them from an origin of their own, which may load
// nothing from anywhere else.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, defaultClientConditions } from 'vite'

const SOURCE = fileURLToPath(new URL('./lab', import.meta.url))
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' }
const OWN_ORIGIN_ONLY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"

export interface LabServer {
  readonly origin: string
  stop(): Promise<void>
}

export async function serveLab(): Promise<LabServer> {
  const directory = await mkdtemp(join(tmpdir(), 'tombolo-lab-'))
  await build({
    root: SOURCE,
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['tombolo-source', ...defaultClientConditions] },
    worker: { format: 'es' },
    build: { outDir: directory, emptyOutDir: true },
  })
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://lab').pathname)
    readFile(join(directory, path === '/' ? 'index.html' : path)).then(
      (body) =>
        response
          .writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'text/html', 'content-security-policy': OWN_ORIGIN_ONLY })
          .end(body),
      () => response.writeHead(path === '/favicon.ico' ? 204 : 404).end(),
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
