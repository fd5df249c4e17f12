// Builds the service worker after the app, with the list of files that it keeps: it must know their names, and be one file of its own that
// imports nothing, at a name that never changes.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'vite'

const ENTRY = fileURLToPath(new URL('../src/service.worker.ts', import.meta.url))
/** Fetched when somebody asks for it, and kept from then on. */
const LATER = /portal-ants.*\.gz$/
/** SQLite offers ways to run that this app does not take. */
const NOT_KEPT = /(^service\.worker\.js|\.map|sqlite3-(worker1|opfs-async-proxy).*\.js)$/

export function serviceWorker(): Plugin {
  let outDir = ''
  return {
    name: 'field-notes:service-worker',
    apply: 'build',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir)
    },
    async closeBundle() {
      await buildWorker(outDir)
    },
  }
}

async function buildWorker(outDir: string): Promise<void> {
  const files = listFiles(outDir).filter((path) => !NOT_KEPT.test(path))
  const shell = files.filter((path) => !LATER.test(path))
  const version = createHash('sha256')
  for (const path of shell) version.update(path).update(readFileSync(join(outDir, path)))
  const define = {
    SHELL: JSON.stringify(shell.map((path) => (path === 'index.html' ? '/' : `/${path}`))),
    LATER: JSON.stringify(files.filter((path) => LATER.test(path)).map((path) => `/${path}`)),
    VERSION: JSON.stringify(version.digest('hex').slice(0, 16)),
  }
  await build({
    configFile: false,
    logLevel: 'warn',
    define,
    publicDir: false,
    build: {
      target: 'es2023',
      outDir,
      emptyOutDir: false,
      rolldownOptions: { input: ENTRY, output: { format: 'iife', entryFileNames: 'service.worker.js' } },
    },
  })
}

function listFiles(directory: string, root: string = directory): readonly string[] {
  return readdirSync(directory, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(directory, entry.name)
      return entry.isDirectory() ? listFiles(path, root) : [relative(root, path).replaceAll('\\', '/')]
    })
    .toSorted()
}
