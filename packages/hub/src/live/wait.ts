/** Timers as an argument: pass the result of `set` to `clear`. */
export interface Timers {
  set(run: () => void, delayMs: number): unknown
  clear(timer: unknown): void
}

export class Wait {
  /** Resolves to whether a head moved. */
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
