/**
 * `<tombolo-status>`: the chip in the header. A button named 'Sync: 3 to send' opens the sheet; a hidden `role=status` beside it speaks the
 * same text to a screen reader after it has changed and lasted a moment.
 *
 * @csspart chip - the button
 * @csspart pill - the visible shape in it
 */
import type { StoreStatus } from '@tombolo/client'
import { css, type CSSResult, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit'
import { define } from './define.ts'
import { icon } from './icons.ts'
import { loadRest } from './load-rest.ts'
import type { TomboloSheet } from './sheet.ts'
import { CONNECTING_SHOWN_MS, spokenAfterMs, Steady } from './steady.ts'
import { StoreElement, Watched } from './store-element.ts'
import { controls, tokens } from './styles.ts'
import { type Summary, summarize } from './summary.ts'

const isSameText = (a: Summary, b: Summary): boolean => a.text === b.text
const isSamePatience = (a: boolean, b: boolean): boolean => a === b

/**
 * `<tombolo-status>`: the chip that shows the state of syncing and opens the sheet. Enough for a small app.
 * @example <tombolo-status signInHref="/sign-in" />
 */
export class TomboloStatus extends StoreElement {
  static override readonly properties: PropertyDeclarations = { signInHref: { attribute: 'sign-in-href' }, trouble: { state: true } }
  /** The address for signing in. If set, the sheet has a link while a sign-in is needed. */
  declare signInHref: string | null
  /** Why the sheet did not open; usually empty. */
  declare protected trouble: string
  readonly #status = new Watched<StoreStatus>(this, (store) => store.status)
  readonly #spoken = new Steady<Summary>(() => this.requestUpdate(), isSameText)
  /** Whether connecting has taken so long that the chip shows it. */
  readonly #isConnectingLong = new Steady<boolean>(() => this.requestUpdate(), isSamePatience, false)

  constructor() {
    super()
    this.signInHref = null
    this.trouble = ''
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#spoken.stop()
    this.#isConnectingLong.stop()
  }

  protected override render(): TemplateResult {
    const { words } = this
    const shown = this.#summary()
    this.#spoken.offer(shown, spokenAfterMs(shown))
    return html`
      <button
        part="chip"
        type="button"
        class="chip ${shown.tone} ${shown.kind}"
        aria-label=${words.say('status.named', { state: shown.text })}
        aria-haspopup="dialog"
        @click=${this.#open}
      >
        <span part="pill" class="pill">${icon(shown.kind)}<span>${shown.text}</span></span>
      </button>
      <span role="status" class="visually-hidden">${this.#spoken.value?.text}</span>
      ${this.trouble === '' ? nothing : html`<p role="alert" class="trouble">${this.trouble}</p>`}
      <tombolo-sheet .store=${this.source} .signInHref=${this.signInHref}></tombolo-sheet>
    `
  }

  #summary(): Summary {
    const status = this.#status.value
    const isConnecting = status?.connection === 'connecting'
    if (!isConnecting) this.#isConnectingLong.value = false
    this.#isConnectingLong.offer(isConnecting, CONNECTING_SHOWN_MS)
    const isPatient = isConnecting && this.#isConnectingLong.value !== true
    return summarize(isPatient ? { ...status, connection: 'live' } : status, this.words)
  }

  readonly #open = async (event: Event): Promise<void> => {
    const chip = event.currentTarget as HTMLElement
    try {
      await loadRest()
      this.trouble = ''
      this.renderRoot.querySelector<TomboloSheet>('tombolo-sheet')?.show(chip)
    } catch {
      this.trouble = this.words.say('sheet.notLoaded')
    }
  }

  static override readonly styles: CSSResult[] = [
    tokens,
    controls,
    css`
      :host {
        display: inline-block;
      }
      .chip {
        display: inline-flex;
        align-items: center;
        min-block-size: 48px;
        min-inline-size: 48px;
        padding: 0;
        border: 0;
        background: none;
        color: inherit;
        font: inherit;
        cursor: pointer;
      }
      .chip:focus-visible {
        outline: none;
      }
      .chip:focus-visible .pill {
        outline: 3px solid var(--_focus);
        outline-offset: 2px;
      }
      .pill {
        display: inline-flex;
        align-items: center;
        gap: 0.4em;
        min-block-size: 36px;
        padding-inline: 0.65em 0.85em;
        border: 1px solid var(--_line);
        border-radius: 999px;
        background: var(--_surface);
        color: var(--_muted);
        font-size: 0.9375em;
        font-weight: 550;
        font-variant-numeric: tabular-nums;
        line-height: 1.2;
        text-align: start;
        transition:
          background-color 200ms,
          border-color 200ms,
          color 200ms;
      }
      .chip:hover .pill {
        border-color: var(--_control);
      }
      .busy .pill {
        border-color: color-mix(in oklab, var(--_accent) 35%, var(--_surface));
        background: color-mix(in oklab, var(--_accent) 6%, var(--_surface));
        color: var(--_accent);
      }
      .busy:is(.offline, .signed-out, .update-needed) .pill {
        border-color: var(--_control);
        background: var(--_raised);
        color: var(--_ink);
      }
      .loud .pill {
        border-color: color-mix(in oklab, var(--_notice) 45%, var(--_notice-surface));
        background: var(--_notice-surface);
        color: var(--_notice);
        font-weight: 650;
      }
      .all-sent .icon {
        color: var(--_added);
      }
      .connecting .icon {
        animation: breathe 1.6s ease-in-out infinite alternate;
      }
      .trouble {
        position: absolute;
        z-index: 1;
        max-inline-size: 18rem;
        padding: 0.6rem 0.8rem;
        border: 1px solid var(--_line);
        border-radius: var(--_radius);
        background: var(--_raised);
        font-weight: 400;
      }
      @keyframes breathe {
        from {
          opacity: 0.35;
        }
      }
    `,
  ]
}

define('tombolo-status', TomboloStatus)

declare global {
  interface HTMLElementTagNameMap {
    'tombolo-status': TomboloStatus
  }
}
