/**
 * `<tombolo-outbox>`: changes that have not been sent, and changes that the hub refused. Each item says what it is, how large, why it waits
 * and what can be done: retry, edit, export, discard. Nothing leaves the outbox without a verdict or a person's decision.
 *
 * @fires tombolo-edit - a person wants to correct a record (EditDetail); the app opens it
 */
import type { OutboxItem, StoreStatus } from '@tombolo/client'
import { html, nothing, type CSSResult, type PropertyDeclarations, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { define } from './define.ts'
import './discard.ts'
import type { TomboloDiscard } from './discard.ts'
import { download } from './download.ts'
import { ask } from './events.ts'
import { messageOf } from './message-of.ts'
import { cardStyles } from './card-styles.ts'
import { type CardActions, cardTemplate } from './outbox-card.ts'
import { outboxStyles } from './outbox-styles.ts'
import { exportName, type OutboxCard, type OutboxSection, outboxSections } from './outbox-view.ts'
import { SendNow } from './send-now.ts'
import { StoreElement, Watched } from './store-element.ts'
import { pageStyles } from './page-styles.ts'
import { controls, tokens } from './styles.ts'

/** A long queue is shown in pages. */
const PAGE_ITEMS = 50

/**
 * `<tombolo-outbox>`: waiting and refused changes, with retry, edit, export and discard.
 * @example <tombolo-outbox ontombolo-edit={(event) => console.log(event.detail.record, event.detail.intent)} />
 */
export class TomboloOutbox extends StoreElement {
  static override readonly properties: PropertyDeclarations = { shownItems: { state: true }, told: { state: true } }
  declare protected shownItems: number
  declare protected told: string
  readonly #items = new Watched<readonly OutboxItem[]>(this, (store) => store.outbox.live)
  readonly #status = new Watched<StoreStatus>(this, (store) => store.status)
  readonly #sending = new SendNow(this, this.#status, () => this.words)

  constructor() {
    super()
    this.shownItems = PAGE_ITEMS
    this.told = ''
  }

  /** Moves the focus to the heading. */
  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector('h2')?.focus())
  }

  protected override render(): TemplateResult {
    const { words } = this
    const sections = outboxSections(this.#items.value ?? [], this.#status.value, words, Date.now())
    return html`
      <h2 tabindex="-1" part="heading">${words.say('outbox.title')}</h2>
      ${this.#tools(sections)}
      <p class="told" part="told" aria-live="polite">${this.told === '' ? this.#sending.told : this.told}</p>
      ${this.unreadable(this.#items)} ${sections.map((section) => this.#section(section))}
      ${sections.length === 0 && this.#items.value !== undefined ? html`<p class="empty">${words.say('outbox.empty')}</p>` : nothing}
      <tombolo-discard .store=${this.source} @tombolo-discarded=${this.#discarded}></tombolo-discard>
    `
  }

  #tools(sections: readonly OutboxSection[]): TemplateResult {
    const { words } = this
    const { isWorking } = this.#sending
    const failed = retryable(sections)
    return html`<div class="row tools">
      <button type="button" class="button primary" aria-disabled=${isWorking} @click=${this.#sendNow}>
        ${words.say(isWorking ? 'send.working' : 'send.now')}
      </button>
      ${
        failed.length > 1
          ? html`<button type="button" class="button" @click=${() => this.#retryAll(failed)}>${words.say('outbox.retryAll')}</button>`
          : nothing
      }
    </div>`
  }

  #section({ kind, title, cards }: OutboxSection): TemplateResult {
    const hidden = cards.length - this.shownItems
    return html`<section class=${kind} part="section" aria-labelledby=${kind}>
      <h3 id=${kind}>${title}</h3>
      <ul>
        ${repeat(
          cards.slice(0, this.shownItems),
          ({ item }) => item.seq,
          (card) => cardTemplate(card, this.#actions, this.words),
        )}
      </ul>
      ${
        hidden > 0
          ? html`<button type="button" class="button plain" @click=${this.#showMore}>
              ${this.words.say('outbox.more', { n: hidden })}
            </button>`
          : nothing
      }
    </section>`
  }

  readonly #showMore = (): void => {
    this.shownItems += PAGE_ITEMS * 4
  }

  readonly #sendNow = (): void => {
    this.told = ''
    void this.#sending.press()
  }

  readonly #actions: CardActions = {
    retry: (card) => this.#attempt(() => this.#retry(card)),
    edit: (card) => this.#edit(card),
    export: (card) => this.#attempt(() => this.#export(card)),
    discard: (card) => this.renderRoot.querySelector<TomboloDiscard>('tombolo-discard')?.ask(card),
  }

  async #retry({ item, title }: OutboxCard): Promise<void> {
    await this.source?.outbox.retry(item)
    this.told = this.words.say('outbox.retried', { title })
    this.focus()
  }

  /** Retries all. A change that cannot be retried does not stop the others. */
  async #retryAll(cards: readonly OutboxCard[]): Promise<void> {
    const results = await Promise.allSettled(cards.map(async ({ item }) => this.source?.outbox.retry(item)))
    const n = results.filter(({ status }) => status === 'fulfilled').length
    const rest = this.words.number(results.length - n)
    this.told = n === results.length ? this.words.say('outbox.retriedAll', { n }) : this.words.say('outbox.retriedSome', { n, rest })
    this.focus()
  }

  #edit({ item }: OutboxCard): void {
    const [first] = item.records
    if (first === undefined) return
    const { space, intent, status, refused } = item
    ask(this, 'tombolo-edit', {
      collection: first.collection,
      record: first.id,
      space,
      intent,
      status,
      field: refused?.field ?? null,
    })
  }

  async #export({ item, title }: OutboxCard): Promise<void> {
    const text = await this.source?.outbox.export(item)
    const file = exportName(title, item.savedAt)
    download(file, text ?? '')
    this.told = this.words.say('outbox.exported', { file })
  }

  readonly #discarded = ({ detail: title }: CustomEvent<string>): void => {
    this.told = this.words.say('outbox.discarded', { title })
    this.focus()
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    this.told = ''
    try {
      await work()
    } catch (error) {
      this.told = this.words.say('failed', { message: messageOf(error) })
    }
  }

  static override readonly styles: CSSResult[] = [tokens, controls, pageStyles, cardStyles, outboxStyles]
}

const retryable = (sections: readonly OutboxSection[]): readonly OutboxCard[] =>
  sections.flatMap(({ cards }) => cards).filter(({ item }) => item.canRetry && item.status === 'failed')

define('tombolo-outbox', TomboloOutbox)

declare global {
  interface HTMLElementTagNameMap {
    'tombolo-outbox': TomboloOutbox
  }
}
