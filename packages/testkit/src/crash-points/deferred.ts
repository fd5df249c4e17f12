/** A promise that is fulfilled from outside. Node has `Promise.withResolvers` from version 22 on. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
}

export function deferred<T>(): Deferred<T> {
  const resolvers: ((value: T) => void)[] = []
  const promise = new Promise<T>((resolve) => resolvers.push(resolve))
  return { promise, resolve: (value) => resolvers.forEach((resolve) => resolve(value)) }
}
