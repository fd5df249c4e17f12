/** Expected failures are values: a function that can fail for reasons outside the program returns a `Result`. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }

/**
 * A result that succeeded.
 * @example ok(7) // { ok: true, value: 7 }
 */
export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value })
/**
 * A result that failed, with its reason.
 * @example err('storage.full') // { ok: false, error: 'storage.full' }
 */
export const err = <E>(error: E): Result<never, E> => ({ ok: false, error })
