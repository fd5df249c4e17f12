/** I-ANSWER: whoever saves or reads is told how it went, whichever tab of theirs leads, and whatever becomes of that one. */
import { holds } from '../broken.ts'
import type { Device } from '../device/device.ts'
import type { Life } from '../device/life.ts'

/** A page that opens, a follower that asks again, a disk that fails and is tried later: seconds each. */
const PATIENCE_MS = 10 * 60_000

interface Question {
  readonly atMs: number
  readonly asker: Life
}

export class Questions {
  readonly #device: Device
  readonly #open = new Set<Question>()

  constructor(device: Device) {
    this.#device = device
  }

  async told<T>(answer: Promise<T>): Promise<T> {
    const question = { atMs: this.#device.world.agenda.nowMs, asker: this.#device.life }
    this.#open.add(question)
    try {
      return await answer
    } finally {
      this.#open.delete(question)
    }
  }

  /** The dead are told nothing, and nobody is while a tab stands still. */
  areAnswered(): void {
    const { lives, name, world } = this.#device
    if (lives.some(({ isFrozen }) => isFrozen)) return
    const sinceMs = Math.max(...lives.map(({ thawedMs }) => thawedMs))
    for (const question of this.#open) {
      if (!question.asker.isAlive) this.#open.delete(question)
      else {
        const waitedMs = world.agenda.nowMs - Math.max(question.atMs, sinceMs)
        holds(waitedMs < PATIENCE_MS, 'I-ANSWER', () => `${name} asked its store ${Math.round(waitedMs / 60_000)} minutes ago`)
      }
    }
  }
}
