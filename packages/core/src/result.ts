/** Expected failures are values: a function that may fail for reasons of the world returns a `Result`. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }

/**
 * The value that was asked for.
 * @example ok(7) // { ok: true, value: 7 }
 */
export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value })
/**
 * Why there is none.
 * @example err('storage.full') // { ok: false, error: 'storage.full' }
 */
export const err = <E>(error: E): Result<never, E> => ({ ok: false, error })
