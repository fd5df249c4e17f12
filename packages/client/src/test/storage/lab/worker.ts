// Runs commands in a dedicated worker.
import { commands } from './commands.ts'

export interface Call {
  readonly id: number
  readonly command: keyof typeof commands
  readonly args: readonly unknown[]
}

globalThis.addEventListener('message', ({ data: { id, command, args } }: MessageEvent<Call>) => {
  const run = commands[command] as (...args: readonly unknown[]) => unknown
  new Promise((resolve) => resolve(run(...args))).then(
    (value) => globalThis.postMessage({ id, value }),
    (error: unknown) =>
      globalThis.postMessage({
        id,
        error: error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : String(error),
      }),
  )
})
