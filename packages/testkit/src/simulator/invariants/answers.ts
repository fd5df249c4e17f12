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
      if (this.#open.delete(question)) this.#wasInTime(question)
    }
  }

  /** The dead are told nothing. */
  areAnswered(): void {
    for (const question of this.#open) {
      if (question.asker.isAlive) holds(this.#isInTime(question), 'I-ANSWER', () => this.#complaint(question))
      else this.#open.delete(question)
    }
  }

  #wasInTime(question: Question): void {
    if (question.asker.isAlive && !this.#isInTime(question)) this.#device.world.breaks('I-ANSWER', this.#complaint(question))
  }

  /** Nobody is told anything while a tab stands still, or while the disk takes nothing. */
  #isInTime({ atMs }: Question): boolean {
    const device = this.#device
    return device.isStill || device.world.agenda.nowMs - Math.max(atMs, device.stillUntilMs) < PATIENCE_MS
  }

  #complaint({ atMs }: Question): string {
    const { name, world } = this.#device
    return `${name} asked its store ${Math.round((world.agenda.nowMs - atMs) / 60_000)} minutes ago`
  }
}
