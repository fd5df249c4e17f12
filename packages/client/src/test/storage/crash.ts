// Starts crash-child.ts in a process of its own, to be killed without warning.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const CHILD = fileURLToPath(new URL('./crash-child.ts', import.meta.url))

export interface Crasher {
  /** Resolves when the child is within a transaction, half of it written. */
  inTheMiddle(): Promise<void>
  /** Resolves when the child said that this many of its commits returned. */
  acknowledged(commits: number): Promise<void>
  /** Ends it with SIGKILL; gives how many commits it acknowledged before. */
  kill(): Promise<number>
}

/** `middle`: commits once, then stops within the second transaction. `commit`: commits as fast as it can, for ever. */
export function startCrasher(directory: string, mode: 'middle' | 'commit' = 'middle'): Crasher {
  const node = ['--import', 'tsx', '--conditions=tombolo-source', CHILD, directory, mode]
  const child = spawn(process.execPath, node, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  let said = ''
  const commits = (): number => said.split('c').length - 1
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      child.stdout.on('data', () => holds() && resolve())
      child.on('exit', () => reject(new Error(`the child ended by itself, after ${JSON.stringify(said)}`)))
    })
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  return {
    inTheMiddle: () => until(() => said.includes('m')),
    acknowledged: (wanted) => until(() => commits() >= wanted),
    async kill() {
      child.kill('SIGKILL')
      await exited
      return commits()
    },
  }
}
