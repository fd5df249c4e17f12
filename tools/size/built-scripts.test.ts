import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BuiltScripts } from './built-scripts.ts'

const FILES = {
  'page-a1.js': 'import{t as e}from"./shared-b2.js";import"./side-c3.js";const n=()=>import(`./screen-d4.js`);e(n)',
  'shared-b2.js': 'export*from"./deep-e5.js";export const t=0',
  'side-c3.js': 'globalThis.side=1',
  'deep-e5.js': 'export const deep=1',
  'screen-d4.js': 'import{t}from"./shared-b2.js";import"./part-f6.js"',
  'part-f6.js': '',
  'store.worker-g7.js': 'import{t as e}from"./sqlite-h8.js";import(`./runner-i9.js`);export{e as n}',
  'sqlite-h8.js': 'import"./sqlite-inner-k1.js";export const t=1',
  'runner-i9.js': 'import{n}from"./store.worker-g7.js"',
}
let directory: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tombolo-size-'))
  mkdirSync(join(directory, 'assets'))
  writeFileSync(join(directory, 'index.html'), '<script type="module" src="/assets/page-a1.js"></script>')
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(directory, 'assets', name), text)
})
afterAll(() => rmSync(directory, { recursive: true }))

test('[R15] what is imported before a script runs is counted with it, whatever it is called; what is imported by a call is not', () => {
  const { page, worker } = new BuiltScripts(directory).first()
  expect(page.toSorted()).toEqual(['deep-e5.js', 'page-a1.js', 'shared-b2.js', 'side-c3.js'])
  expect(worker).toEqual(['store.worker-g7.js'])
})

test('[R15] every other script comes later, but SQLite’s own, which are counted apart', () => {
  expect(new BuiltScripts(directory).later().toSorted()).toEqual(['part-f6.js', 'runner-i9.js', 'screen-d4.js'])
})
