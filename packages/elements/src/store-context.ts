/**
 * Finds the store of an element that is not given one as a property:
 *
 *   1. the nearest ancestor `<tombolo-store>`, asked by an event of the context protocol of the Web Components community group
 *   2. the store of `setStore()`: enough for an app with one store
 *
 * Both may be empty at first: elements show 'Starting…' until the store has opened.
 */
import { css, type CSSResult, html, LitElement, type PropertyDeclarations, type TemplateResult } from 'lit'
import { define } from './define.ts'
import type { SyncStore } from './sync-store.ts'

type Receive = (store: SyncStore | null, unsubscribe?: () => void) => void

const CONTEXT = 'tombolo-store'

/** https://github.com/webcomponents-cg/community-protocols/blob/main/proposals/context.md */
class ContextRequestEvent extends Event {
  readonly context = CONTEXT
  readonly contextTarget: Element
  readonly callback: Receive
  readonly subscribe = true

  constructor(target: Element, callback: Receive) {
    super('context-request', { bubbles: true, composed: true })
    this.contextTarget = target
    this.callback = callback
  }
}

let defaultStore: SyncStore | null = null
const defaultReceivers = new Set<(store: SyncStore | null) => void>()

/**
 * Sets the store of every element that has no store of its own and is not inside a `<tombolo-store>`. Null removes it.
 * @example setStore(store)
 */
export function setStore(store: SyncStore | null): void {
  defaultStore = store
  for (const receive of defaultReceivers) receive(store)
}

/** Calls back with the store, now and whenever it changes, until the returned function is called. */
export function requestStore(element: Element, receive: (store: SyncStore | null) => void): () => void {
  let leave: (() => void) | undefined
  const request = new ContextRequestEvent(element, (store, unsubscribe) => {
    leave = unsubscribe ?? (() => {})
    receive(store)
  })
  element.dispatchEvent(request)
  if (leave !== undefined) return () => leave?.()
  defaultReceivers.add(receive)
  receive(defaultStore)
  return () => defaultReceivers.delete(receive)
}

/**
 * `<tombolo-store>`: provides its store to the elements in it. It has no box of its own.
 * @example <tombolo-store store={store}><tombolo-status /></tombolo-store>
 */
export class TomboloStore extends LitElement {
  static override readonly properties: PropertyDeclarations = { store: { attribute: false } }
  static override readonly styles: CSSResult = css`
    :host {
      display: contents;
    }
  `
  declare store: SyncStore | null
  readonly #receivers = new Set<Receive>()

  constructor() {
    super()
    this.store = null
    this.addEventListener('context-request', (event) => this.#answer(event))
  }

  protected override updated(): void {
    for (const receive of this.#receivers) receive(this.store)
  }

  protected override render(): TemplateResult {
    return html`<slot></slot>`
  }

  /** Recognises the event by its content, because it may come from another copy of this package. */
  #answer(event: Event): void {
    const { context, callback } = event as Partial<ContextRequestEvent>
    if (context !== CONTEXT || callback === undefined) return
    event.stopPropagation()
    this.#receivers.add(callback)
    callback(this.store, () => this.#receivers.delete(callback))
  }
}

define('tombolo-store', TomboloStore)

declare global {
  interface HTMLElementTagNameMap {
    'tombolo-store': TomboloStore
  }
}
