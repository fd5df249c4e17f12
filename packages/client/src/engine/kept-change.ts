/** A change as it is kept outside of its database, so that it can be restored into another one. */
import type { Receipt, Refused } from '@tombolo/core'
import type { KeptOperation } from './operations.ts'
import type { OwnChange } from './own-change.ts'
import type { StoreState } from './state.ts'

/** Everything needed to send and show a change. */
export interface KeptChange {
  /**
   * The position of the change in the order in which the person acted, in the store where it was written. Stamps cannot give it: a clock
   * may have been set back. Orders of different stores are independent: changes restored into a store got positions of that store.
   */
  readonly order: number
  /** The sealed content's canonical text. */
  readonly content: string
  readonly status: 'queued' | 'failed'
  readonly refused: Refused | null
  readonly attempt: number
  readonly receipt: Receipt | null
  readonly form: string | null
  readonly label: string | null
  readonly savedAt: number
  /** Ids of the batches that wrote it; copies that earlier versions of the app made lack them. */
  readonly asked?: string | null
  /** Its space was made on this device and is not known at the hub. */
  readonly createsSpace: boolean
}

export interface Kept {
  readonly changes: readonly KeptChange[]
  readonly operations: readonly KeptOperation[]
}

export function keptChangeOf(state: StoreState, change: OwnChange): KeptChange {
  const { seq: order, status, refused, attempt, receipt, form, label, savedAt, asked } = change
  const content = state.changes.contentText(change.seq)
  const createsSpace = state.spaces.get(change.space).created
  return {
    order,
    content,
    status: status === 'failed' ? 'failed' : 'queued',
    refused,
    attempt,
    receipt,
    form,
    label,
    savedAt,
    asked,
    createsSpace,
  }
}
