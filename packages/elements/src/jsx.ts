/**
 * Types of the elements for JSX, in React 19 and in Preact: `import '@tombolo/elements/jsx'` once, anywhere. Both set properties and
 * listen to events of custom elements by themselves, so there is nothing to run here.
 *
 * @example <tombolo-status store={store} ontombolo-edit={(event) => open(event.detail.record)} />
 */
import type { TomboloConflicts } from './conflicts.ts'
import type { TomboloEditEvent, TomboloOpenEvent } from './events.ts'
import type { TomboloFailed } from './failed.ts'
import type { TomboloHistory } from './history.ts'
import type { TomboloOutbox } from './outbox.ts'
import type { TomboloSheet } from './sheet.ts'
import type { TomboloStatus } from './status.ts'
import type { TomboloStore } from './store-context.ts'

interface Events {
  readonly 'ontombolo-edit'?: (event: TomboloEditEvent) => void
  readonly 'ontombolo-open'?: (event: TomboloOpenEvent) => void
}

type Given<E, K extends keyof E> = { readonly [P in K]?: E[P] } & Events

/** The properties of each element, beside those of every HTML element. */
export interface TomboloProperties {
  readonly 'tombolo-store': Given<TomboloStore, 'store'>
  readonly 'tombolo-status': Given<TomboloStatus, 'store' | 'signInHref'>
  readonly 'tombolo-sheet': Given<TomboloSheet, 'store' | 'signInHref'>
  readonly 'tombolo-outbox': Given<TomboloOutbox, 'store'>
  readonly 'tombolo-conflicts': Given<TomboloConflicts, 'store' | 'formatValue'>
  readonly 'tombolo-history': Given<TomboloHistory, 'store' | 'row' | 'field' | 'formatValue'>
  readonly 'tombolo-failed': Given<TomboloFailed, 'store' | 'row' | 'field' | 'formatValue'>
}

type TomboloTag = keyof TomboloProperties

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements extends ReactTomboloElements {}
  }
}

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements extends PreactTomboloElements {}
  }
}

type ReactTomboloElements = {
  [Tag in TomboloTag]: import('react').DetailedHTMLProps<
    import('react').HTMLAttributes<HTMLElementTagNameMap[Tag]>,
    HTMLElementTagNameMap[Tag]
  > &
    TomboloProperties[Tag]
}

type PreactTomboloElements = {
  [Tag in TomboloTag]: import('preact').JSX.HTMLAttributes<HTMLElementTagNameMap[Tag]> & TomboloProperties[Tag]
}
