/**
 * `<tombolo-sheet>`: everything about syncing in one calm place. A modal dialog: a panel under the button that opened it, or a sheet from
 * below on a phone. Esc, a click outside and 'Close' close it, and the focus returns to where it was.
 *
 *   summary ──► outbox · review      shown in place, unless the app has pages for them (`tombolo-open`, cancelable)
 */
import type { StoreStatus } from '@tombolo/client'
import { html, nothing, type CSSResult, type PropertyDeclarations, type TemplateResult } from 'lit'
import { define } from './define.ts'
import { download } from './download.ts'
import { ask, type OpenDetail } from './events.ts'
import { icon, signalBars } from './icons.ts'
import { messageOf } from './message-of.ts'
import { placeUnder } from './place-under.ts'
import { SendNow } from './send-now.ts'
import { type SheetView, sheetView } from './sheet-view.ts'
import { sheetStyles } from './sheet-styles.ts'
import { StoreElement, Watched } from './store-element.ts'
import { controls, tokens } from './styles.ts'
import { summarize } from './summary.ts'
import './conflicts.ts'
import './outbox.ts'

type View = 'summary' | OpenDetail['view']

/** Redraws so that 'Last sync … 3 minutes ago' stays true. */
const REDRAW_MS = 20_000

/**
 * `<tombolo-sheet>`: the details of syncing. Opens with `show()`; the chip contains its own sheet.
 * @example <tombolo-sheet signInHref="/sign-in" />
 */
export class TomboloSheet extends StoreElement {
  static override readonly properties: PropertyDeclarations = {
    signInHref: { attribute: 'sign-in-href' },
    isOpen: { state: true },
    view: { state: true },
    failure: { state: true },
  }
  declare signInHref: string | null
  declare protected isOpen: boolean
  declare protected view: View
  /** What went wrong with what the person asked for. */
  declare protected failure: string
  readonly #status = new Watched<StoreStatus>(this, (store) => store.status)
  readonly #sending = new SendNow(this, this.#status, () => this.words)
  #clock: ReturnType<typeof setInterval> | undefined
  #place: () => void = () => {}

  constructor() {
    super()
    this.signInHref = null
    this.isOpen = false
    this.view = 'summary'
    this.failure = ''
  }

  /** Opens it; under `anchor`, where there is room for a panel. */
  show(anchor?: HTMLElement, view: View = 'summary'): void {
    this.view = view
    this.isOpen = true
    this.#clock ??= setInterval(() => this.requestUpdate(), REDRAW_MS)
    void this.#present(anchor)
  }

  async #present(anchor: HTMLElement | undefined): Promise<void> {
    await this.updateComplete
    const dialog = this.#dialog()
    if (dialog === null || dialog.open) return
    dialog.showModal()
    this.#place = () => placeUnder(dialog, anchor)
    this.#place()
    window.addEventListener('resize', this.#place)
  }

  close(): void {
    this.#dialog()?.close()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#closed()
  }

  #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog')
  }

  readonly #closed = (): void => {
    clearInterval(this.#clock)
    this.#clock = undefined
    window.removeEventListener('resize', this.#place)
    this.isOpen = false
  }

  protected override render(): TemplateResult | typeof nothing {
    const { words } = this
    if (!this.isOpen) return nothing
    return html`
      <dialog
        part="dialog"
        aria-label=${words.say('sheet.title')}
        data-view=${this.view}
        @close=${this.#closed}
        @click=${this.#clickOutside}
        @tombolo-edit=${this.#leaveFor}
      >
        <div class="head">
          ${
            this.view === 'summary'
              ? html`<span class="name">${words.say('sheet.title')}</span>`
              : html`<button type="button" class="button plain" @click=${() => this.#go('summary')}>
                  ${icon('back')}${words.say('sheet.back')}
                </button>`
          }
          <button type="button" class="button plain icon-only" aria-label=${words.say('sheet.close')} @click=${() => this.close()}>
            ${icon('close')}
          </button>
        </div>
        <div class="body">${this.#body()}</div>
      </dialog>
    `
  }

  #body(): TemplateResult {
    switch (this.view) {
      case 'summary':
        return this.#summary()
      case 'outbox':
        return html`<tombolo-outbox .store=${this.source}></tombolo-outbox>`
      case 'review':
        return html`<tombolo-conflicts .store=${this.source}></tombolo-conflicts>`
    }
  }

  #summary(): TemplateResult {
    const { words } = this
    const status = this.#status.value
    const summary = summarize(status, words)
    const lead = html`<h2 tabindex="-1" autofocus class=${summary.kind}>${icon(summary.kind)}<span>${summary.text}</span></h2>`
    if (status === undefined) return lead
    const view = sheetView(status, words, Date.now())
    return html`
      ${lead}
      <p class="quiet">${view.connection}</p>
      ${view.signal === null ? nothing : html`<p class="signal quiet">${signalBars(status.signal)}${view.signal}</p>`}
      ${view.warnings.map((warning) => html`<p class="warning">${icon('attention')}<span>${warning}</span></p>`)} ${this.#recovered(status)}
      ${this.#needsYou(view)} ${this.#actions(status)} ${facts(view)}
    `
  }

  /** What a person can do about a store that was built anew. */
  #recovered({ recovered }: StoreStatus): TemplateResult | typeof nothing {
    const { words } = this
    if (recovered === null) return nothing
    return html`<div class="row actions">
        ${recovered.setAside.map(
          (file) =>
            html`<button type="button" class="button" @click=${() => this.#attempt(() => this.#downloadDamaged(file))}>
              ${words.say('recovered.download')}
            </button>`,
        )}
        <button type="button" class="button" @click=${() => this.#attempt(async () => this.source?.recovery.putAway())}>
          ${words.say('recovered.putAway')}
        </button>
      </div>
      <p class="told" aria-live="polite">${this.failure}</p>`
  }

  async #downloadDamaged(file: string): Promise<void> {
    const bytes = await this.source?.recovery.setAside(file)
    if (bytes !== undefined) download(`${file}.db`, bytes, 'application/octet-stream')
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work()
      this.failure = ''
    } catch (error) {
      this.failure = this.words.say('failed', { message: messageOf(error) })
    }
  }

  #needsYou({ needsYou }: SheetView): TemplateResult | typeof nothing {
    const { words } = this
    if (needsYou.length === 0) return nothing
    return html`<section class="needs-you" aria-label=${words.say('sheet.needsYou')}>
      ${needsYou.map(
        ({ view, text, more }) =>
          html`<button type="button" class="button" @click=${() => this.#go(view)}>
            ${icon(view === 'outbox' ? 'attention' : 'review')}<span>${text}<span class="small">${more}</span></span
            >${icon('open')}
          </button>`,
      )}
    </section>`
  }

  #actions({ connection }: StoreStatus): TemplateResult {
    const { words } = this
    const { isWorking, told, press } = this.#sending
    const canSignIn = connection === 'needs-sign-in' && this.signInHref !== null
    return html`<div class="row actions">
        ${canSignIn ? html`<a class="button primary" href=${this.signInHref}>${words.say('sheet.signIn')}</a>` : nothing}
        <button type="button" class="button ${canSignIn ? '' : 'primary'}" aria-disabled=${isWorking} @click=${press}>
          ${words.say(isWorking ? 'send.working' : 'send.now')}
        </button>
        <button type="button" class="button" @click=${() => this.#go('outbox')}>${words.say('sheet.openOutbox')}</button>
      </div>
      <p class="told" part="told" aria-live="polite">${told}</p>`
  }

  /** Opens a view. If the app opens its own page instead, the sheet closes. */
  #go(view: View): void {
    if (view !== 'summary' && !ask(this, 'tombolo-open', { view })) return this.close()
    this.view = view
    void this.updateComplete.then(() => this.#dialog()?.querySelector<HTMLElement>('h2, tombolo-outbox, tombolo-conflicts')?.focus())
  }

  /** Closes the sheet when the app opens a record to correct, unless the app calls `preventDefault()`. */
  readonly #leaveFor = (event: Event): void => {
    setTimeout(() => {
      if (!event.defaultPrevented) this.close()
    })
  }

  readonly #clickOutside = (event: MouseEvent): void => {
    const dialog = this.#dialog()
    if (event.target !== dialog || dialog === null) return
    const { left, right, top, bottom } = dialog.getBoundingClientRect()
    const isInside = event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom
    if (!isInside) this.close()
  }

  static override readonly styles: CSSResult[] = [tokens, controls, sheetStyles]
}

const facts = ({ facts: all }: SheetView): TemplateResult =>
  html`<dl>
    ${all.map(
      ({ name, values, more }) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${values.map((line) => html`<p>${line}</p>`)}${more.map((line) => html`<p class="small quiet">${line}</p>`)}</dd>
        </div>`,
    )}
  </dl>`

define('tombolo-sheet', TomboloSheet)

declare global {
  interface HTMLElementTagNameMap {
    'tombolo-sheet': TomboloSheet
  }
}
