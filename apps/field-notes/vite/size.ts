// What a first visit downloads: `npm run size -w apps/field-notes`, after its build. Bytes are gzip; it fails when the scripts that run
// before the first paint are more than the goal.
import { fileURLToPath } from 'node:url'
import { BuiltScripts } from '../../../tools/size/built-scripts.ts'
import { printLimited, printSize } from '../../../tools/size/print.ts'

const LIMIT = 100_000

const scripts = new BuiltScripts(fileURLToPath(new URL('../dist/', import.meta.url)))
const { page, worker } = scripts.first()
const first = { page, 'store worker': worker, 'service worker': ['service.worker.js'] }
const later = {
  'sync, when the store is open': /^runner-/,
  'the sync elements': /^(elements|rest)-/,
  'yjs, when a text is edited in place': /^yjs-/,
  'comparing records, once a day': /^check-/,
  'what is seldom needed of the store': /^seldom-/,
  'zip, when everything is downloaded or brought back': /^(?:downloads|zip-reader)-/,
}

for (const [words, names] of Object.entries(first)) printSize(words, scripts.gzip(names))
printLimited('scripts before the first paint', scripts.gzip(Object.values(first).flat()), LIMIT)
console.log()
for (const [words, pattern] of Object.entries(later))
  printSize(`later: ${words}`, scripts.gzip(scripts.later().filter((name) => pattern.test(name))))
const screens = scripts.later().filter((name) => !Object.values(later).some((pattern) => pattern.test(name)))
printSize('later: screens, when they are opened', scripts.gzip(screens))
printSize('later: the sample', scripts.gzip(scripts.named(/\.gz$/)))
printSize("SQLite's glue", scripts.gzip(scripts.named(/^sqlite-.*\.js$/)))
printSize("SQLite's wasm", scripts.gzip(scripts.named(/\.wasm$/)))
printSize('styles', scripts.gzip(scripts.named(/\.css$/)))
