/** When each note was first on the screen. The question may come later than the note: they take different ways. */
import { nowMicros } from '../harness/measure.ts'

export class Sightings {
  readonly #at = new Map<number, number>()
  readonly #asked = new Map<number, (micros: number) => void>()

  saw(number: number): void {
    if (this.#at.has(number)) return
    const at = nowMicros()
    this.#at.set(number, at)
    this.#asked.get(number)?.(at)
    this.#asked.delete(number)
  }

  of(number: number): Promise<number> {
    const at = this.#at.get(number)
    return at === undefined ? new Promise((resolve) => this.#asked.set(number, resolve)) : Promise.resolve(at)
  }
}
