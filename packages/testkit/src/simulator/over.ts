/** An object with some of its members replaced; the others go to the object itself, also those that it will have one day. */
export function over<T extends object>(object: T, own: Partial<T>): T {
  return new Proxy(object, {
    get(target, key) {
      if (key in own) return own[key as keyof T]
      const member: unknown = Reflect.get(target, key, target)
      return typeof member === 'function' ? (member.bind(target) as unknown) : member
    },
  })
}
