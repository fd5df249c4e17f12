/**
 * What lies between a device and the hub at a moment: signal that comes and goes, directions that swallow, a clog that holds back.
 */
import type { Agenda } from '../agenda.ts'
import type { Dice } from '../random.ts'
import { HEALED, type Profile } from './profiles.ts'

export type Direction = 'out' | 'in'

export class Weather {
  profile: Profile
  isUp: boolean
  /** Directions that swallow what is sent. */
  readonly partitioned: Set<Direction> = new Set()
  /** Sends slowly until this time: bytes each millisecond. */
  narrow: { untilMs: number; bytesPerMs: number } | null = null
  isClogged = false
  onTurn: (isUp: boolean) => void = () => undefined
  readonly #agenda: Agenda
  readonly #dice: Dice
  #waiting: (() => void)[] = []
  #isHealed = false

  constructor(profile: Profile, agenda: Agenda, dice: Dice) {
    this.profile = profile
    this.#agenda = agenda
    this.#dice = dice
    this.isUp = dice.chance(profile.upMeanMs / (profile.upMeanMs + profile.downMeanMs))
    this.#turnLater()
  }

  heal(): void {
    this.#isHealed = true
    this.profile = HEALED
    this.partitioned.clear()
    this.narrow = null
    this.unclog()
    this.comes()
  }

  /** The signal is there, for as long as it would have been away. */
  comes(): void {
    if (!this.isUp) this.#turn(true)
  }

  /** Runs once nothing is clogged any more; now where nothing is. */
  unclogged(run: () => void): void {
    if (this.isClogged) this.#waiting.push(run)
    else run()
  }

  unclog(): number {
    const waiting = this.#waiting
    this.#waiting = []
    this.isClogged = false
    for (const run of waiting) run()
    return waiting.length
  }

  /** How long a message is on its way, and whether it is lost for good. */
  journey(bytes: number): { readonly ms: number; readonly isLost: boolean; readonly narrowedMs: number } {
    const { latencyMs, jitterMs, bytesPerMs, loss } = this.profile
    let ms = latencyMs + this.#dice.roll() * jitterMs + bytes / bytesPerMs
    let resent = 0
    // The network itself sends a lost packet again, later each time, and gives up in the end.
    while (resent < RESENDS_MAX && this.#dice.chance(loss)) ms += RESEND_MS * 2 ** resent++
    const narrow = this.narrow
    const narrowedMs = narrow !== null && this.#agenda.nowMs < narrow.untilMs ? bytes / narrow.bytesPerMs : 0
    return { ms: ms + narrowedMs, isLost: resent === RESENDS_MAX, narrowedMs }
  }

  #turnLater(): void {
    const { upMeanMs, downMeanMs } = this.profile
    this.#agenda.after(this.#dice.wait(this.isUp ? upMeanMs : downMeanMs), () => {
      if (this.#isHealed) return
      this.#turn(!this.isUp)
      this.#turnLater()
    })
  }

  #turn(isUp: boolean): void {
    this.isUp = isUp
    this.onTurn(isUp)
  }
}

const RESENDS_MAX = 4
const RESEND_MS = 1000
