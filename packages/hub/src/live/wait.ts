/** Timers, as an argument: `set` answers what `clear` takes. */
export interface Timers {
  set(run: () => void, delayMs: number): unknown
  clear(timer: unknown): void
}

export class Wait {
  /** Did it move? */
  readonly ended: Promise<boolean>
  #resolve: (hasMoved: boolean) => void = ignore

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  end(hasMoved: boolean): void {
    this.#resolve(hasMoved)
  }
}

const ignore = (): void => undefined
