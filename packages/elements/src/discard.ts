/**
 * `<tombolo-discard>`: asks before a change is discarded. It names what would be lost and offers to export it first. The kit's own
 * element: the outbox and the refused value beside a field use it.
 *
 * @fires tombolo-discarded - the change is gone from the outbox; not composed
 */
import { css, type CSSResult, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit'
import { define } from './define.ts'
import { download } from './download.ts'
import { messageOf } from './message-of.ts'
import { exportName, type OutboxCard } from './outbox-view.ts'
import { StoreElement } from './store-element.ts'
import { controls, tokens } from './styles.ts'

export class TomboloDiscard extends StoreElement {
  static override readonly properties: PropertyDeclarations = { card: { state: true }, told: { state: true } }
  declare protected card: OutboxCard | null
  declare protected told: string

  constructor() {
    super()
    this.card = null
    this.told = ''
  }

  /** Opens the question. */
  ask(card: OutboxCard): void {
    this.card = card
    this.told = ''
    void this.updateComplete.then(() => this.#dialog()?.showModal())
  }

  #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog')
  }

  protected override render(): TemplateResult | typeof nothing {
    const { card, words } = this
    if (card === null) return nothing
    const title = words.say('discard.title', { title: card.title })
    return html`
      <dialog aria-label=${title} @close=${() => (this.card = null)}>
        <h2>${title}</h2>
        <p>${words.say(card.item.status === 'failed' ? 'discard.refused' : 'discard.unsent')}</p>
        ${this.#losses(card)}
        <p class="told" aria-live="polite">${this.told}</p>
        <div class="row">
          <button type="button" class="button" @click=${() => this.#export(card)}>${words.say('discard.exportFirst')}</button>
          <button type="button" class="button" autofocus @click=${() => this.#dialog()?.close()}>${words.say('discard.keep')}</button>
          <button type="button" class="button danger" @click=${() => this.#discard(card)}>${words.say('outbox.discard')}</button>
        </div>
      </dialog>
    `
  }

  #losses({ writes, unnamed }: OutboxCard): TemplateResult | typeof nothing {
    const { words } = this
    if (writes.length + unnamed < 2) return nothing
    return html`<p>${words.say('discard.holds')}</p>
      <ul>
        ${writes.map((name) => html`<li><bdi>${name}</bdi></li>`)}
        ${unnamed > 0 ? html`<li class="quiet">+ ${words.say('sheet.records', { n: unnamed })}</li>` : nothing}
      </ul>`
  }

  async #export({ item, title }: OutboxCard): Promise<void> {
    await this.#attempt(async () => {
      const text = (await this.source?.outbox.export(item)) ?? ''
      const file = exportName(title, item.savedAt)
      download(file, text)
      this.told = this.words.say('outbox.exported', { file })
    })
  }

  async #discard({ item, title }: OutboxCard): Promise<void> {
    await this.#attempt(async () => {
      await this.source?.outbox.discard(item)
      this.#dialog()?.close()
      this.dispatchEvent(new CustomEvent<string>('tombolo-discarded', { detail: title }))
    })
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.told = this.words.say('failed', { message: messageOf(error) })
    }
  }

  static override readonly styles: CSSResult[] = [
    tokens,
    controls,
    css`
      dialog {
        inline-size: min(30rem, calc(100vw - 32px));
        max-block-size: 85dvh;
        padding: 1.5rem;
        border: 1px solid var(--_line);
        border-radius: calc(var(--_radius) + 4px);
        background: var(--_surface);
        color: var(--_ink);
        font-size: 1rem;
        box-shadow: 0 0 40px rgb(0 20 30 / 0.3);
        overflow-wrap: anywhere;
      }
      dialog[open] {
        display: grid;
        gap: 0.75rem;
      }
      dialog::backdrop {
        background: rgb(8 24 30 / 0.55);
      }
      h2 {
        font-size: 1.25rem;
        line-height: 1.3;
      }
      ul {
        max-block-size: 12rem;
        overflow: auto;
        padding: 0.6rem 0.9rem;
        border-radius: var(--_radius);
        background: var(--_raised);
      }
      .row {
        margin-block-start: 0.5rem;
      }
      .row .button {
        flex: 1 0 auto;
      }
      .button.danger {
        border-color: var(--_removed);
        color: var(--_removed);
      }
      .button.danger:hover {
        background: var(--_removed-surface);
      }
    `,
  ]
}

define('tombolo-discard', TomboloDiscard)

declare global {
  interface HTMLElementTagNameMap {
    'tombolo-discard': TomboloDiscard
  }
}
