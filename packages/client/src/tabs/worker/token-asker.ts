/** Asks the page for a token: only a page can sign in. */
import type { WorkerMessage } from '../hello.ts'

export class TokenAsker {
  readonly #send: (message: WorkerMessage) => void
  readonly #asked = new Map<number, (token: string | null) => void>()
  #lastId = 0

  constructor(send: (message: WorkerMessage) => void) {
    this.#send = send
  }

  ask(refused: string | null): Promise<string | null> {
    const id = ++this.#lastId
    return new Promise((resolve) => {
      this.#asked.set(id, resolve)
      this.#send({ type: 'askToken', id, refused })
    })
  }

  answered(id: number, token: string | null): void {
    this.#asked.get(id)?.(token)
    this.#asked.delete(id)
  }
}
