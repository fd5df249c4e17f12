/** Cuts the bytes of a part into lines, and the lines into batches. In memory is one batch. */
import { LINE_CHARACTERS_MAX } from './manifest.ts'

const BATCH_CHARACTERS = 256 * 1024

/** Why bytes are no lines. */
export class NoLines extends Error {}

export class LineBatches {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  readonly #send: (from: number, lines: readonly string[]) => Promise<void>
  /** The beginning of a line whose end is not here yet. */
  #rest: string[] = []
  #restCharacters = 0
  #batch: string[] = []
  #batchCharacters = 0
  #sent = 0

  /** `from`: how many lines came before. */
  constructor(send: (from: number, lines: readonly string[]) => Promise<void>) {
    this.#send = send
  }

  /** @throws NoLines */
  async take(bytes: Uint8Array): Promise<void> {
    const [first = '', ...others] = this.#decoded(bytes).split('\n')
    this.#keepRest(first)
    for (const text of others) {
      this.#endLine()
      this.#keepRest(text)
      if (this.#batchCharacters >= BATCH_CHARACTERS) await this.#flush()
    }
  }

  /** @returns how many lines there were. @throws NoLines if the last one has no end. */
  async end(): Promise<number> {
    if (this.#restCharacters > 0) throw new NoLines('its last line has no end')
    await this.#flush()
    return this.#sent
  }

  #decoded(bytes: Uint8Array): string {
    try {
      return this.#decoder.decode(bytes, { stream: true })
    } catch {
      throw new NoLines('it is no UTF-8')
    }
  }

  #keepRest(text: string): void {
    this.#rest.push(text)
    this.#restCharacters += text.length
    if (this.#restCharacters > LINE_CHARACTERS_MAX) throw new NoLines('a line is too long')
  }

  #endLine(): void {
    this.#batch.push(this.#rest.join(''))
    this.#batchCharacters += this.#restCharacters
    this.#rest = []
    this.#restCharacters = 0
  }

  async #flush(): Promise<void> {
    if (this.#batch.length === 0) return
    await this.#send(this.#sent, this.#batch)
    this.#sent += this.#batch.length
    this.#batch = []
    this.#batchCharacters = 0
  }
}
