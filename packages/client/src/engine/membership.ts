/** What a person decides about who is in a space: roles, invitations, joining. All are ordinary writes, or begin with one. */
import { INVITE_COLLECTION, inviteId, ok, type Refusal, type Result } from '@tombolo/core'
import { beginJoining, sayWhoJoined } from './joining.ts'
import type { WriteBatch } from './port.ts'
import { makerSteps, roleSteps } from './role-steps.ts'
import type { StoreState } from './state.ts'
import type { Writer, Written } from './writer.ts'

type Batch<Type> = Extract<WriteBatch, { readonly type: Type }>

export class Membership {
  readonly #state: StoreState
  readonly #writer: Writer

  constructor(state: StoreState, writer: Writer) {
    this.#state = state
    this.#writer = writer
  }

  /** Each runs inside a transaction. */
  setRole(batch: Batch<'setRole'>): Result<Written, Refusal> {
    return this.#writer.write({ space: batch.space, operationId: batch.operationId, steps: roleSteps(this.#state, batch) })
  }

  invite({ operationId, role, secret, space, until }: Batch<'invite'>): Result<Written, Refusal> {
    const record = inviteId(this.#state.ports.hash, secret)
    const step = { type: 'add', collection: INVITE_COLLECTION, record, values: { role, until } } as const
    return this.#writer.write({ space, operationId, steps: [...makerSteps(this.#state, space), step] })
  }

  /** The space is on the device at once, and may be written in; the hub is shown the invitation with what is sent. */
  join(batch: Batch<'join'>): Result<null, Refusal> {
    beginJoining(this.#state, batch)
    sayWhoJoined(this.#state, this.#writer)
    return ok(null)
  }
}
