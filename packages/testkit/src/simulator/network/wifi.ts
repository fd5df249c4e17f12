/** Whether a device is on a network that its person lets it send over: somebody who saves their data plan reads all day, and sends at home. */
import { type Conditions, UNKNOWN_CONDITIONS } from '@tombolo/core'
import type { Agenda } from '../agenda.ts'
import type { Dice } from '../random.ts'

const HOUR_MS = 3_600_000
const AWAY_MS = 5 * HOUR_MS
const HOME_MS = 2 * HOUR_MS

export class Wifi {
  #isThere = true
  #isHealed = false
  readonly #tell: (conditions: Conditions) => void

  constructor(agenda: Agenda, dice: Dice, tell: (conditions: Conditions) => void) {
    this.#tell = tell
    const later = (): void => {
      agenda.after(dice.wait(this.#isThere ? HOME_MS : AWAY_MS), () => {
        if (this.#isHealed) return
        this.#turn(!this.#isThere)
        later()
      })
    }
    later()
  }

  get conditions(): Conditions {
    return { ...UNKNOWN_CONDITIONS, wifi: this.#isThere }
  }

  heal(): void {
    this.#isHealed = true
    this.#turn(true)
  }

  #turn(isThere: boolean): void {
    this.#isThere = isThere
    this.#tell(this.conditions)
  }
}
