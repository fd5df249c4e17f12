/** Registers an element. A page that loads two copies of this package keeps the first, and works. */
export function define(name: string, element: CustomElementConstructor): void {
  if (customElements.get(name) === undefined) customElements.define(name, element)
}
