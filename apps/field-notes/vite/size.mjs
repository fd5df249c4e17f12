// What a first visit downloads: `npm run size -w apps/field-notes`. Sizes are gzip, in bytes; it fails when the scripts that run before the
// first paint are past their limit.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const DIST = fileURLToPath(new URL('../dist/', import.meta.url))
/** Page, store worker and service worker, without SQLite's own glue. */
const LIMIT = 100_000

if (!existsSync(DIST)) {
  console.error('Build it first: npm run build -w apps/field-notes')
  process.exit(1)
}

const assets = readdirSync(`${DIST}assets`).map((name) => `assets/${name}`)
const html = readFileSync(`${DIST}index.html`, 'utf8')
const scriptsOf = (text) => [...text.matchAll(/assets\/[\w.-]+\.js/g)].map(([name]) => name)
const named = (pattern) => assets.filter((name) => pattern.test(name))

const first = { page: scriptsOf(html), 'store worker': named(/store\.worker-.*\.js$/), 'service worker': ['service.worker.js'] }
const other = {
  'SQLite: glue': named(/\/sqlite-.*\.js$/),
  'SQLite: wasm': named(/\.wasm$/),
  styles: named(/\.css$/),
  'later: yjs, when a text is edited by several': named(/yjs-.*\.js$/),
  'later: the other sync elements': named(/rest-.*\.js$/),
  'later: the sample': named(/\.gz$/),
}

const sizeOf = (names) => names.reduce((sum, name) => sum + gzipSync(readFileSync(DIST + name), { level: 9 }).length, 0)
const print = (words, bytes) => console.log(`${bytes.toLocaleString('en').padStart(9)}  ${words}`)

let total = 0
for (const [words, names] of Object.entries(first)) {
  total += sizeOf(names)
  print(words, sizeOf(names))
}
print(`scripts before the first paint, of at most ${LIMIT.toLocaleString('en')}`, total)
console.log()
for (const [words, names] of Object.entries(other)) print(words, sizeOf(names))
if (total > LIMIT) process.exitCode = 1
