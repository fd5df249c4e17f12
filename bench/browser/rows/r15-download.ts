/** R15: what a browser downloads. Raw: SQLite, its wasm and glue, without which there is no store. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { BuiltScripts } from '../../../tools/size/built-scripts.ts'
import { clientSize } from '../../../tools/size/client.ts'
import type { Figure } from '../../src/harness/figure.ts'
import { newDirectory } from '../../src/harness/directory.ts'
import type { BrowserRow } from './row.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const CLIENT_MAX = 45_000
const CLIENT_WITH_YJS_MAX = 70_000
const FIRST_PAINT_MAX = 100_000

export const r15: BrowserRow = {
  name: 'R15',
  measure: async () => {
    const { page, worker, sync, yjs, sqlite } = await clientSize()
    const client = page + worker + sync
    const parts = `page ${page}, store worker ${worker}, sync ${sync}, yjs ${yjs}`
    const sized = (key: string, work: string, ours: number, most: number): Figure => ({
      key,
      work,
      unit: 'B gzip',
      ours,
      raw: sqlite,
      ratio: ours / sqlite,
      goal: `≤ ${most / 1000} kB`,
      reached: ours <= most,
    })
    return [
      { ...sized('R15client', 'the client', client, CLIENT_MAX), note: parts },
      sized('R15yjs', 'the client and yjs', client + yjs, CLIENT_WITH_YJS_MAX),
      sized('R15first', 'FieldNotes before its first paint', await fieldNotesSize(), FIRST_PAINT_MAX),
    ]
  },
}

async function fieldNotesSize(): Promise<number> {
  const directory = join(newDirectory(), 'app')
  const args = [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error', '--outDir', directory]
  await promisify(execFile)(process.execPath, args, { cwd: join(ROOT, 'apps/field-notes') })
  const scripts = new BuiltScripts(directory)
  const { page, worker } = scripts.first()
  return scripts.gzip([...page, ...worker, 'service.worker.js'])
}
