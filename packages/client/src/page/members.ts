/** Who is in a space, and what each may do there. The members are rows of the collection `$member`: `{ account, role, name }`. */
import type { Standing } from '@tombolo/core'
import type { PortClient } from './port-client.ts'
import { idOfSpace, type SpaceRef } from './types.ts'

/** Decides who is in a space; needs no network. */
export class Members {
  readonly #client: PortClient

  constructor(client: PortClient) {
    this.#client = client
  }

  /**
   * Decides what an account may do in a space; `none` removes it. Owners may, and anybody may leave: what the hub refuses becomes a failed
   * change.
   * @param options `name`: what the others in the space call this person
   * @throws as `store.write`
   * @example
   * await store.members.setRole(project, 'ben@example.org', 'editor', { name: 'Ben' })
   * (await store.db.$member.in(project).all()).find(({ role }) => role === 'editor')?.name // 'Ben'
   */
  async setRole(space: SpaceRef, account: string, role: Standing, options: { readonly name?: string } = {}): Promise<void> {
    await this.#client.write({ type: 'setRole', space: idOfSpace(space), account, role, ...options })
  }
}
