// The page of the storage lab: starts workers, passes commands on, ends workers without warning.
import { commands, type Commands } from './commands.ts'
import type { Call } from './worker.ts'

type Answer = { readonly id: number; readonly value?: unknown; readonly error?: string } | { readonly event: string }

export interface Lab {
  /** Calls a command in the named worker, which is started when there is none; in the page itself for 'page'. */
  call<C extends keyof Commands>(worker: string, command: C, ...args: Parameters<Commands[C]>): Promise<Awaited<ReturnType<Commands[C]>>>
  /** Resolves when that worker says so. */
  event(worker: string, name: string): Promise<void>
  terminate(worker: string): void
}

declare global {
  interface Window {
    lab: Lab
  }
}

const workers = new Map<string, Worker>()
let calls = 0

window.lab = {
  call(worker, command, ...args) {
    const run = commands[command] as (...args: readonly unknown[]) => unknown
    return (worker === 'page' ? Promise.resolve(run(...args)) : ask(workerNamed(worker), { id: ++calls, command, args })) as never
  },
  async event(worker, name) {
    await heard(workerNamed(worker), (answer) => 'event' in answer && answer.event === name)
  },
  terminate(worker) {
    workerNamed(worker).terminate()
    workers.delete(worker)
  },
}

function workerNamed(name: string): Worker {
  const worker = workers.get(name) ?? new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  workers.set(name, worker)
  return worker
}

async function ask(worker: Worker, call: Call): Promise<unknown> {
  const answered = heard(worker, (answer) => 'id' in answer && answer.id === call.id)
  worker.postMessage(call)
  const answer = await answered
  if ('error' in answer && answer.error !== undefined) throw new Error(answer.error)
  return 'value' in answer ? answer.value : undefined
}

function heard(worker: Worker, wanted: (answer: Answer) => boolean): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const listener = ({ data }: MessageEvent<Answer>): void => {
      if (!wanted(data)) return
      worker.removeEventListener('message', listener)
      resolve(data)
    }
    worker.addEventListener('message', listener)
    worker.addEventListener('error', (event) => reject(new Error(`the worker failed: ${event.message}`)))
  })
}
