/** What elements ask of an app. Events bubble, also out of shadow roots; an app that calls `preventDefault()` does it another way. */
import type { Intent, RecordId, SpaceId } from '@tombolo/core'

/** A person wants to correct a record: open it. `seq` is the change in the outbox that it belongs to, for `store.outbox.amend`. */
export interface EditDetail {
  readonly collection: string
  readonly record: RecordId
  readonly space: SpaceId
  readonly field: string | null
  readonly seq: number
  readonly intent: Intent
  readonly status: 'pending' | 'failed'
}

/** A person wants to see the outbox or what is to be reviewed. Without an app's own page the sheet shows them itself. */
export interface OpenDetail {
  readonly view: 'outbox' | 'review'
}

/** The event `tombolo-edit`, which bubbles out of shadow roots. */
export type TomboloEditEvent = CustomEvent<EditDetail>
/** The event `tombolo-open`; `preventDefault()` says that the app shows it itself. */
export type TomboloOpenEvent = CustomEvent<OpenDetail>

interface Details {
  readonly 'tombolo-edit': EditDetail
  readonly 'tombolo-open': OpenDetail
}

/** True when the app has not said that it does it another way. */
export function ask<N extends keyof Details>(from: Element, name: N, detail: Details[N]): boolean {
  return from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: true }))
}

declare global {
  interface HTMLElementEventMap {
    'tombolo-edit': TomboloEditEvent
    'tombolo-open': TomboloOpenEvent
  }
}
