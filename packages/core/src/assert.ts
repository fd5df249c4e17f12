/** A broken invariant stops the program loudly: it is a bug of ours, never of the world. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

/**
 * Stops at a broken invariant: what is not so here is a bug of ours, and going on would spread it.
 * @throws AssertionError
 * @example assert(1 + 1 === 2, 'numbers add up')
 */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message)
}

/** Ends an exhaustive switch: a case that the types exclude was reached. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable: ${JSON.stringify(value)}`)
}
