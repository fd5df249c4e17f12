/** Thrown for a broken invariant: a bug of ours, never a condition of the outside world. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

/**
 * Throws when an invariant does not hold. Going on would spread the damage.
 * @throws AssertionError
 * @example assert(1 + 1 === 2, 'numbers add up')
 */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message)
}

/** Ends an exhaustive switch; throws if a case that the types exclude is reached. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable: ${JSON.stringify(value)}`)
}
