/** A promise that did not hold, by the id of its invariant. */
export class Broken extends Error {
  override readonly name = 'Broken'
  readonly invariant: string

  constructor(invariant: string, what: string) {
    super(`${invariant}: ${what}`)
    this.invariant = invariant
  }
}

export function holds(isSo: boolean, invariant: string, what: () => string): asserts isSo {
  if (!isSo) throw new Broken(invariant, what())
}
