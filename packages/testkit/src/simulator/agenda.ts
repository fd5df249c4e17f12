/**
 * What will happen, in the order of virtual time: a heap of (time, tie-break drawn from the seed, sequence). Time passes only from event to
 * event, so idle time costs nothing.
 *
 * An event runs together with all microtasks that it leads to before the next one begins. Nothing in a simulation may complete on a thread
 * or in a later turn of the event loop, so a turn is all that there is to wait for.
 */
import type { Dice } from './random.ts'

export interface Due {
  readonly at: number
  readonly tie: number
  readonly seq: number
  run: (() => void) | null
}

export class Agenda {
  nowMs: number
  events = 0
  readonly #dice: Dice
  readonly #heap: Due[] = []
  #busy = 0
  #seq = 0

  constructor(startMs: number, dice: Dice) {
    this.nowMs = startMs
    this.#dice = dice
  }

  /** Returns a function that takes it from the agenda. */
  after(delayMs: number, run: () => void): () => void {
    const due: Due = { at: this.nowMs + Math.max(0, delayMs), tie: this.#dice.roll(), seq: this.#seq++, run }
    push(this.#heap, due)
    return () => {
      due.run = null
    }
  }

  /** Time stands still while this is under way: opening a database may load code. */
  during(work: Promise<unknown>): void {
    this.#busy += 1
    void work.finally(() => (this.#busy -= 1))
  }

  /** Lets everything happen up to a time. */
  async until(endMs: number): Promise<void> {
    while (await this.step(endMs));
    this.nowMs = endMs
  }

  /** Lets everything happen that needs no time, and then the next thing that is due up to a time. False if there is none. */
  async step(endMs: number): Promise<boolean> {
    await this.settled()
    for (let due = this.#next(endMs); due !== null; due = this.#next(endMs)) {
      const { run } = due
      if (run === null) continue
      due.run = null
      this.nowMs = due.at
      this.events++
      run()
      return true
    }
    return false
  }

  /** Everything has happened that needs no time. */
  async settled(): Promise<void> {
    do await turn()
    while (this.#busy > 0)
  }

  #next(endMs: number): Due | null {
    const first = this.#heap[0]
    return first === undefined || first.at > endMs ? null : pop(this.#heap)
  }
}

/** The rest of this turn of the event loop: every microtask. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

const isBefore = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && (a.tie < b.tie || (a.tie === b.tie && a.seq < b.seq)))

function push(heap: Due[], due: Due): void {
  let at = heap.push(due) - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    const above = heap[parent] as Due
    if (!isBefore(due, above)) break
    heap[at] = above
    at = parent
  }
  heap[at] = due
}

function pop(heap: Due[]): Due {
  const first = heap[0] as Due
  const last = heap.pop() as Due
  if (heap.length > 0) sink(heap, last)
  return first
}

function sink(heap: Due[], due: Due): void {
  let at = 0
  for (;;) {
    const left = 2 * at + 1
    if (left >= heap.length) break
    const right = left + 1
    const child = right < heap.length && isBefore(heap[right] as Due, heap[left] as Due) ? right : left
    if (!isBefore(heap[child] as Due, due)) break
    heap[at] = heap[child] as Due
    at = child
  }
  heap[at] = due
}
