/**
 * The time of a field. It stands still until a test lets it pass; only a call of a store that needs time (one that asks the hub, or another
 * tab) takes as much as it needs.
 *
 * One at a time moves it: who comes later waits for the one before.
 */
import { Agenda } from '../simulator/agenda.ts'
import type { Dice } from '../simulator/random.ts'

export class FieldTime {
  readonly agenda: Agenda
  #moving: Promise<unknown> = Promise.resolve()
  #failure: { readonly error: unknown } | null = null

  constructor(startMs: number, dice: Dice) {
    this.agenda = new Agenda(startMs, dice)
  }

  get nowMs(): number {
    return this.agenda.nowMs
  }

  /** Time stands still while this is under way. */
  during<T>(work: Promise<T>): Promise<T> {
    this.agenda.during(work.catch(() => undefined))
    return work
  }

  /** Something went wrong where nobody could be told. Whoever moves the time next gets the error. */
  fails(error: unknown): void {
    this.#failure ??= { error }
  }

  pass(ms: number): Promise<void> {
    return this.#move(async () => {
      const endMs = this.nowMs + ms
      while (await this.#step(endMs));
      await this.agenda.until(endMs)
    })
  }

  /** @throws Error with the words of `never` if it is not so within the limit. */
  until(isSo: () => boolean, limitMs: number, never: () => string): Promise<void> {
    return this.#move(async () => {
      const endMs = this.nowMs + limitMs
      for (await this.#settled(); !isSo(); await this.#settled()) if (!(await this.#step(endMs))) throw new Error(never())
    })
  }

  /** What the work gives. Time passes until it is done, where that cannot be in a moment. */
  result<T>(work: Promise<T>, limitMs: number, never: () => string): Promise<T> {
    let isDone = false
    const watch = async (): Promise<void> => {
      await Promise.allSettled([work])
      isDone = true
    }
    void watch()
    // The work may be done while somebody else moves the time.
    return Promise.race([work, this.until(() => isDone, limitMs, never).then(() => work)])
  }

  async #step(endMs: number): Promise<boolean> {
    const hasHappened = await this.agenda.step(endMs)
    if (this.#failure !== null) throw this.#failure.error
    return hasHappened
  }

  /** A module that was loaded before is there within these turns. */
  async #settled(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await this.agenda.settled()
  }

  #move<T>(work: () => Promise<T>): Promise<T> {
    const moved = this.#moving.then(work)
    this.#moving = moved.catch(() => undefined)
    return moved
  }
}
