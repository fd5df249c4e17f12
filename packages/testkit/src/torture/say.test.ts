import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { sayTo } from './say.ts'

/** Reads all that is in the pipe, and all that comes, until it is closed. Says how much that was. */
const LISTENER = `
const { readSync } = require('node:fs')
const { parentPort, workerData } = require('node:worker_threads')
const bytes = Buffer.alloc(65_536)
let all = ''
while (!all.endsWith('last\\n')) {
  try {
    all += bytes.subarray(0, readSync(workerData, bytes)).toString()
  } catch (error) {
    if (error.code !== 'EAGAIN') throw error
  }
}
parentPort.postMessage(all.length)`

test('a line waits for room in a pipe whose other end was not read for long', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tombolo-say-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'pipe')
  execFileSync('mkfifo', [path])
  const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const writing = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  const before = fill(writing)
  const listener = new Worker(LISTENER, { eval: true, workerData: reading })
  const heard = new Promise((resolve, reject) => void listener.once('message', resolve).once('error', reject))
  sayTo(writing, 'first\n')
  sayTo(writing, 'last\n')
  expect(await heard).toBe(before + 'first\nlast\n'.length)
  for (const end of [reading, writing]) closeSync(end)
})

function fill(pipe: number): number {
  for (let written = 0; ;) {
    try {
      written += writeSync(pipe, '.')
    } catch {
      return written
    }
  }
}
