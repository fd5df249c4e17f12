/**
 * Asks the page for a token, because only a page can sign in. If the page does not answer, the exchange fails and nothing is known about
 * the token.
 */
import type { SetTimer } from '../channel.ts'
import type { WorkerMessage } from '../hello.ts'

/** A page may have to ask its own server. */
const ANSWER_MS = 30_000

export class TokenAsker {
  readonly #send: (message: WorkerMessage) => void
  readonly #setTimer: SetTimer
  readonly #asked = new Map<number, (token: string | null) => void>()
  #lastId = 0

  constructor(send: (message: WorkerMessage) => void, setTimer: SetTimer) {
    this.#send = send
    this.#setTimer = setTimer
  }

  /** @throws when the page does not answer. */
  ask(refused: string | null): Promise<string | null> {
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      const stop = this.#setTimer(() => {
        this.#asked.delete(id)
        reject(new Error('the page gave no token in time'))
      }, ANSWER_MS)
      this.#asked.set(id, (token) => {
        stop()
        resolve(token)
      })
      this.#send({ type: 'askToken', id, refused })
    })
  }

  answered(id: number, token: string | null): void {
    this.#asked.get(id)?.(token)
    this.#asked.delete(id)
  }
}
