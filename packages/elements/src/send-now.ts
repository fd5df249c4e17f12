/** The button 'Send now': asks once, watches the status, and tells the outcome. Used by the sheet and the outbox. */
import type { StoreStatus } from '@tombolo/client'
import type { ReactiveController } from 'lit'
import { messageOf } from './message-of.ts'
import { sendOutcome } from './send-outcome.ts'
import type { StoreElement, Watched } from './store-element.ts'
import type { Wording } from './wording.ts'

const LOOK_EVERY_MS = 250

export class SendNow implements ReactiveController {
  /** The outcome of the last press; empty before, and during an attempt. */
  told = ''
  isWorking = false
  readonly #host: StoreElement
  readonly #status: Watched<StoreStatus>
  readonly #words: () => Wording
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(host: StoreElement, status: Watched<StoreStatus>, words: () => Wording) {
    this.#host = host
    this.#status = status
    this.#words = words
    host.addController(this)
  }

  hostDisconnected(): void {
    this.#finish('')
  }

  /** For `@click`. A second press during an attempt has no effect. */
  readonly press = async (): Promise<void> => {
    const { source: store } = this.#host
    const before = this.#status.value
    if (this.isWorking || store === null || before === undefined) return
    this.isWorking = true
    this.told = ''
    this.#host.requestUpdate()
    const startedAt = Date.now()
    this.#timer = setInterval(() => this.#look(before, startedAt), LOOK_EVERY_MS)
    try {
      await store.outbox.sendNow()
    } catch (error) {
      this.#finish(this.#words().say('failed', { message: messageOf(error) }))
    }
  }

  #look(before: StoreStatus, startedAt: number): void {
    const now = this.#status.value
    const outcome = now === undefined ? null : sendOutcome(before, now, Date.now() - startedAt, this.#words(), Date.now())
    if (outcome !== null) this.#finish(outcome)
  }

  #finish(told: string): void {
    clearInterval(this.#timer)
    this.isWorking = false
    this.told = told
    this.#host.requestUpdate()
  }
}
