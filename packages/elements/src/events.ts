/**
 * Events by which elements ask the app to act. They bubble, also out of shadow roots; an app that handles one itself calls
 * `preventDefault()`.
 */
import type { Intent, RecordId, SpaceId } from '@tombolo/core'

/** A person wants to correct a record: open it. `intent` is that of the change in the outbox that it belongs to, for `store.outbox.amend`. */
export interface EditDetail {
  readonly collection: string
  readonly record: RecordId
  readonly space: SpaceId
  readonly field: string | null
  readonly intent: Intent
  readonly status: 'pending' | 'failed'
}

/** A person wants to see the outbox or the review. The sheet shows them itself unless the app has its own page. */
export interface OpenDetail {
  readonly view: 'outbox' | 'review'
}

/** The event `tombolo-edit`, which bubbles out of shadow roots. */
export type TomboloEditEvent = CustomEvent<EditDetail>
/** The event `tombolo-open`; an app that shows it itself calls `preventDefault()`. */
export type TomboloOpenEvent = CustomEvent<OpenDetail>

interface Details {
  readonly 'tombolo-edit': EditDetail
  readonly 'tombolo-open': OpenDetail
}

/** Dispatches an event; returns false if the app called `preventDefault()`. */
export function ask<N extends keyof Details>(from: Element, name: N, detail: Details[N]): boolean {
  return from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: true }))
}

declare global {
  interface HTMLElementEventMap {
    'tombolo-edit': TomboloEditEvent
    'tombolo-open': TomboloOpenEvent
  }
}
