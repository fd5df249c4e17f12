/**
 * Notices that a worker has stopped answering although it has not ended: its thread hangs. A lock cannot tell, because a thread that hangs
 * keeps it, and with it the store's files: no other tab can take over until it is ended.
 *
 *   ask ── 20 s ──► answered? ask again … six times in a row unanswered ─► silent
 *
 * Timers of a hidden page run seldom, and not at all while the device sleeps; then the worker gets more time, never less.
 */
import type { Stop } from '../engine/port.ts'
import type { SetTimer } from './channel.ts'

/** Together two minutes: an upgrade of a large store on a slow phone, and a large import, keep the thread busy for long. */
const ASK_EVERY_MS = 20_000
const UNANSWERED_MAX = 6

export interface PulsePorts {
  readonly setTimer: SetTimer
  readonly ask: () => void
  readonly onSilent: () => void
}

export class Pulse {
  readonly #ports: PulsePorts
  #unanswered = 0
  #stopTimer: Stop = () => {}

  constructor(ports: PulsePorts) {
    this.#ports = ports
  }

  start(): void {
    this.stop()
    this.#later()
  }

  answered(): void {
    this.#unanswered = 0
  }

  stop(): void {
    this.#stopTimer()
    this.#unanswered = 0
  }

  #beat(): void {
    if (this.#unanswered >= UNANSWERED_MAX) return this.#ports.onSilent()
    this.#unanswered += 1
    this.#ports.ask()
    this.#later()
  }

  #later(): void {
    this.#stopTimer = this.#ports.setTimer(() => this.#beat(), ASK_EVERY_MS)
  }
}
