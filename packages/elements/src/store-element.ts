/**
 * What all elements have in common: a store, however they came by it, and the words of the language around them. They draw again
 * when what they watch has changed, and watch only while they are in a page.
 */
import type { Live } from '@tombolo/client'
import { html, LitElement, nothing, type PropertyDeclarations, type ReactiveController, type TemplateResult } from 'lit'
import { messageOf } from './message-of.ts'
import { requestStore } from './store-context.ts'
import type { SyncStore } from './sync-store.ts'
import { onWords, type Wording, wordingFor } from './wording.ts'

export abstract class StoreElement extends LitElement {
  static override readonly properties: PropertyDeclarations = { store: { attribute: false } }
  /** The store to show. Unset: that of the nearest `<tombolo-store>`, or of `setStore()`. */
  declare store: SyncStore | null
  #found: SyncStore | null = null
  #leave: () => void = () => {}

  constructor() {
    super()
    this.store = null
  }

  get source(): SyncStore | null {
    return this.store ?? this.#found
  }

  protected get words(): Wording {
    return wordingFor(languageOf(this), navigator.languages)
  }

  /** For a list that cannot be read: what is saved is as safe as before. */
  protected unreadable(watched: Watched<unknown>): TemplateResult | typeof nothing {
    const { problem } = watched
    return problem === null ? nothing : html`<p role="alert" class="empty">${this.words.say('list.unreadable', { message: problem })}</p>`
  }

  override connectedCallback(): void {
    super.connectedCallback()
    const leaveStore = requestStore(this, (store) => {
      this.#found = store
      this.requestUpdate()
    })
    const leaveWords = onWords(() => this.requestUpdate())
    this.#leave = () => {
      leaveStore()
      leaveWords()
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#leave()
  }
}

/** The nearest `lang`, also outside the shadow roots that an element is in. */
function languageOf(element: Element): string {
  const near = element.closest('[lang]')?.getAttribute('lang')
  if (near !== null && near !== undefined && near !== '') return near
  const root = element.getRootNode()
  return root instanceof ShadowRoot ? languageOf(root.host) : 'en'
}

/** Draws the element again at each change. What is known at once is drawn by the drawing that has asked for it. */
export function listen(live: Live<unknown>, host: StoreElement): () => void {
  let isAsking = true
  const stop = live.subscribe(() => {
    if (!isAsking) host.requestUpdate()
  })
  isAsking = false
  return stop
}

/** A live value that an element draws. `pick` is asked at each drawing; the same thing stays one subscription. */
export class Watched<T> implements ReactiveController {
  readonly #host: StoreElement
  readonly #pick: (store: SyncStore) => Live<T> | null
  #store: SyncStore | null = null
  #live: Live<T> | null = null
  #stop: () => void = () => {}

  constructor(host: StoreElement, pick: (store: SyncStore) => Live<T> | null) {
    this.#host = host
    this.#pick = pick
    host.addController(this)
  }

  /** Undefined until the store has answered. */
  get value(): T | undefined {
    return this.#live?.get()
  }

  /** Why the store could not answer; null while it can. */
  get problem(): string | null {
    const error = this.#live?.snapshot().error
    return error === undefined ? null : messageOf(error)
  }

  hostConnected(): void {
    this.#host.requestUpdate()
  }

  hostUpdate(): void {
    const store = this.#host.isConnected ? this.#host.source : null
    const live = store === null ? null : this.#pick(store)
    if (store === this.#store && live?.key === this.#live?.key) return
    this.#follow(store, live)
  }

  hostDisconnected(): void {
    this.#follow(null, null)
  }

  #follow(store: SyncStore | null, live: Live<T> | null): void {
    this.#stop()
    this.#store = store
    this.#live = live
    this.#stop = live === null ? () => {} : listen(live, this.#host)
  }
}
