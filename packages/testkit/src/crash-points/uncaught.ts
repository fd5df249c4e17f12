/** What nobody catches, be it thrown or a promise that rejects: it ends a program on Node. */
import { ProcessDied } from '../storage/gate.ts'

export class Uncaught extends Error {
  override readonly name = 'Uncaught'

  constructor(cause: unknown) {
    super(`nobody caught: ${cause instanceof Error ? cause.stack : String(cause)}`, { cause })
  }
}

const EVENTS = ['uncaughtException', 'unhandledRejection']

/** Takes the place of whoever listens now, until the returned function is called. What a dead process leaves behind is not told. */
export function watchUncaught(report: (error: Uncaught) => void): () => void {
  const watched: NodeJS.EventEmitter = process
  const listener = (error: unknown): void => {
    if (!isOfTheDead(error)) report(new Uncaught(error))
  }
  const others = EVENTS.map((event) => [event, watched.listeners(event)] as const)
  for (const event of EVENTS) watched.removeAllListeners(event).on(event, listener)
  return () => {
    for (const [event, listeners] of others) {
      watched.removeListener(event, listener)
      for (const other of listeners) watched.on(event, other as typeof listener)
    }
  }
}

function isOfTheDead(error: unknown): boolean {
  if (error instanceof ProcessDied) return true
  return error instanceof Error && error.cause !== undefined && isOfTheDead(error.cause)
}
