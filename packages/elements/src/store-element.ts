/**
 * The base class of all elements: provides the store and the wording of the surrounding language. Elements render again when a watched
 * value changes, and watch only while they are connected to a page.
 */
import type { Live } from '@tombolo/client'
import { html, LitElement, nothing, type PropertyDeclarations, type ReactiveController, type TemplateResult } from 'lit'
import { messageOf } from './message-of.ts'
import { requestStore } from './store-context.ts'
import type { SyncStore } from './sync-store.ts'
import { onWords, type Wording, wordingFor } from './wording.ts'

export abstract class StoreElement extends LitElement {
  static override readonly properties: PropertyDeclarations = { store: { attribute: false } }
  /** The store to show. Default: the store of the nearest `<tombolo-store>`, or of `setStore()`. */
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

  /** The message for a list that cannot be read: saved data is still safe. */
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

/** The nearest `lang`, searched beyond the shadow roots that an element is in. */
function languageOf(element: Element): string {
  const near = element.closest('[lang]')?.getAttribute('lang')
  if (near !== null && near !== undefined && near !== '') return near
  const root = element.getRootNode()
  return root instanceof ShadowRoot ? languageOf(root.host) : 'en'
}

/** Renders the element again at each change. A value that is known at once is used by the current rendering. */
export function listen(live: Live<unknown>, host: StoreElement): () => void {
  let isAsking = true
  const stop = live.subscribe(() => {
    if (!isAsking) host.requestUpdate()
  })
  isAsking = false
  return stop
}

/** A live value that an element renders. `pick` is called at each rendering; an equal live value keeps its subscription. */
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
