/** After the store was built anew: the damaged files, which a person may keep, and putting them away. */
import type { PortClient } from './port-client.ts'

/** What is left of a store that was damaged; `store.status` says in `recovered` what came of it. */
export class Recovery {
  readonly #client: PortClient

  constructor(client: PortClient) {
    this.#client = client
  }

  /**
   * The bytes of a damaged database, named in `recovered.setAside`, as a file for whoever can read more of it.
   * @example const bytes = await store.recovery.setAside('store')
   */
  async setAside(file: string): Promise<Uint8Array<ArrayBuffer>> {
    const { bytes } = await this.#client.read({ type: 'setAside', file })
    return bytes
  }

  /** The person has been told: removes the damaged files from the device, and `recovered` is null again. */
  async putAway(): Promise<void> {
    await this.#client.write({ type: 'putAway' })
  }
}
