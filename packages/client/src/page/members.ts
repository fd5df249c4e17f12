/** Who is in a space, and what each may do there. The members are rows of the collection `$member`: `{ account, role, name }`. */
import type { RandomBytes, Role, SpaceId, Standing } from '@tombolo/core'
import { Invalid } from './errors.ts'
import { loadInvitations } from './load-invitations.ts'
import type { PortClient } from './port-client.ts'
import { idOfSpace, type SpaceRef } from './types.ts'

/** Decides who is in a space; needs no network. */
export class Members {
  readonly #client: PortClient
  readonly #random: RandomBytes
  readonly #nowMs: () => number

  constructor(client: PortClient, random: RandomBytes, nowMs: () => number) {
    this.#client = client
    this.#random = random
    this.#nowMs = nowMs
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

  /**
   * Makes an invitation, also offline; only an owner's is believed. Whoever has its code may join in this role, more than one person, until
   * it ends.
   * @param options `days`: for how long, by the hub's clock; default 7
   * @returns the code, which belongs behind the `#` of a link: browsers send that to nobody
   * @throws as `store.write`
   * @example const link = `https://notes.example/#join=${await store.members.invite(project, 'editor')}`
   */
  async invite(space: SpaceRef, role: Role, { days = 7 }: { readonly days?: number } = {}): Promise<string> {
    const { invitationCode, mintSecret } = await loadInvitations()
    const [id, secret] = [idOfSpace(space), mintSecret(this.#random)]
    await this.#client.write({ type: 'invite', space: id, secret, role, until: this.#nowMs() + days * DAY_MS })
    return invitationCode({ space: id, secret, role })
  }

  /**
   * Joins a space by the code of an invitation; needs no network. The space is there at once, empty, and may be written in; what is written
   * waits (`join`) until the hub has let the account in. Whoever is in already stays as they are.
   * @param options `name`: what the others in the space are to call this person
   * @throws Invalid `invite.malformed` if this is no code
   * @example
   * const code = await store.members.invite(project, 'editor')
   * (await store.members.join(code, { name: 'Ben' })) === project.id // true
   */
  async join(code: string, options: { readonly name?: string } = {}): Promise<SpaceId> {
    const invitation = (await loadInvitations()).readInvitation(code)
    if (invitation === null) throw new Invalid('invite.malformed', 'This is not the code of an invitation.')
    await this.#client.write({ type: 'join', ...invitation, ...options })
    return invitation.space
  }
}

const DAY_MS = 86_400_000
