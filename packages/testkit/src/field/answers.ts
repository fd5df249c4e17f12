/** What the hub says, on its last steps to a device: all of it can be held back, and an answer to a push can be lost. */
export class Answers {
  #held: (() => void)[] | null = null
  #losses = 0

  get areHeld(): boolean {
    return this.#held !== null
  }

  hold(): void {
    this.#held ??= []
  }

  /** What was held back arrives now, in its order. */
  release(): void {
    const held = this.#held ?? []
    this.#held = null
    for (const arrive of held) arrive()
  }

  loseNext(): void {
    this.#losses += 1
  }

  /** `lose`: what happens instead if it is lost; null for what is no answer to a push. */
  comes(arrive: () => void, lose: (() => void) | null): void {
    if (lose !== null && this.#losses > 0) {
      this.#losses -= 1
      return lose()
    }
    if (this.#held === null) arrive()
    else this.#held.push(arrive)
  }
}
