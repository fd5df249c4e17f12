/** Watches for promises that reject and that nobody handles: they end a program on Node. */
import { ProcessDied } from '../storage/gate.ts'

type Listener = (error: unknown) => void

/** Takes the place of whoever listens now, until the returned function is called. What a dead process leaves behind is not told. */
export function watchRejections(report: Listener): () => void {
  const listener: Listener = (error) => {
    if (!isOfTheDead(error)) report(new Error(`nobody handled: ${error instanceof Error ? error.stack : String(error)}`))
  }
  const others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', listener)
  return () => {
    process.removeListener('unhandledRejection', listener)
    for (const other of others) process.on('unhandledRejection', other)
  }
}

function isOfTheDead(error: unknown): boolean {
  if (error instanceof ProcessDied) return true
  return error instanceof Error && error.cause !== undefined && isOfTheDead(error.cause)
}
