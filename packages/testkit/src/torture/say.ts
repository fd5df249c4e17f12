/** Saying a line at once, past any buffer of this process: what was said before a kill is heard. */
import { writeSync } from 'node:fs'

/** Nobody wakes it: it is what a wait of a thread is made of. */
const NEVER = new Int32Array(new SharedArrayBuffer(4))
const PAUSE_MS = 1

/** Waits for room where whoever listens is busy. `fd`: of a pipe. */
export function sayTo(fd: number, line: string): void {
  for (let bytes: Uint8Array = Buffer.from(line); bytes.length > 0;) bytes = bytes.subarray(writtenOf(fd, bytes))
}

function writtenOf(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes)
  } catch (error) {
    // Other than a stream, a write past all buffers does not wait by itself: the pipes between processes are not blocking.
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EAGAIN') throw error
    Atomics.wait(NEVER, 0, 0, PAUSE_MS)
    return 0
  }
}
