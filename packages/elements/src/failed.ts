/**
 * `<tombolo-failed>`: shows, beside a field, a refused value with the reason and actions. It is empty if nothing was refused, so it can be
 * placed beside every field.
 *
 * @fires tombolo-edit - a person wants to correct it (EditDetail); the app opens the field
 */
import { collectionOf, type FailedValue, type OutboxItem, type RowStanding, type StoreStatus } from '@tombolo/client'
import { css, type CSSResult, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit'
import { define } from './define.ts'
import './discard.ts'
import type { TomboloDiscard } from './discard.ts'
import { ask } from './events.ts'
import { type FormatValue, valueWords } from './format-value.ts'
import { icon } from './icons.ts'
import { messageOf } from './message-of.ts'
import { outboxCard, waitOf } from './outbox-view.ts'
import { adviceOf } from './reasons.ts'
import { StoreElement, Watched } from './store-element.ts'
import { controls, tokens } from './styles.ts'

/**
 * `<tombolo-failed>`: a refused value beside its field, with actions; empty if nothing was refused.
 * @example <tombolo-failed row={note} field="title" />
 */
export class TomboloFailed extends StoreElement {
  static override readonly properties: PropertyDeclarations = {
    row: { attribute: false },
    field: {},
    formatValue: { attribute: false },
    told: { state: true },
  }
  /** A row of the store, as returned by a query. */
  declare row: RowStanding | null
  /** The field; null shows all refused values of the row. */
  declare field: string | null
  declare formatValue: FormatValue | null
  declare protected told: string
  readonly #outbox = new Watched<readonly OutboxItem[]>(this, (store) => (this.#refused().length === 0 ? null : store.outbox.live))
  readonly #status = new Watched<StoreStatus>(this, (store) => (this.#refused().length === 0 ? null : store.status))

  constructor() {
    super()
    this.row = null
    this.field = null
    this.formatValue = null
    this.told = ''
  }

  #refused(): readonly (readonly [string, FailedValue])[] {
    const all = Object.entries(this.row?.$failed ?? {})
    return this.field === null ? all : all.filter(([field]) => field === this.field)
  }

  /** The refused change: the newest of this record, whose values the row has. */
  #item(): OutboxItem | undefined {
    return this.#outbox.value?.findLast(({ status, records }) => status === 'failed' && records.some(({ id }) => id === this.row?.id))
  }

  protected override render(): TemplateResult {
    const refused = this.#refused()
    return html`
      ${refused.length === 0 ? nothing : html`<div class="box" part="box">${refused.map((one) => this.#value(...one))} ${this.#actions()}</div>`}
      <p class="told small" part="told" aria-live="polite">${this.told}</p>
      <tombolo-discard .store=${this.source} @tombolo-discarded=${this.#discarded}></tombolo-discard>
    `
  }

  #value(field: string, { value, code, message }: FailedValue): TemplateResult {
    const { words, source: store, row } = this
    const collection = (row === null ? undefined : collectionOf(row)) ?? ''
    const text = store === null ? '' : valueWords({ schema: store.schema, collection, field }, value, words, this.formatValue)
    return html`<p class="lead">
        ${icon('attention')}<strong>${words.say('failed.title')}</strong> <bdi>${words.field(collection, field)}</bdi>
      </p>
      <p><span class="quiet">${words.say('failed.yours')}:</span> <bdi>${text}</bdi></p>
      <p>${message} ${words.say(adviceOf(code, this.#item()?.canRetry ?? true))}</p>
      <p class="small quiet">${words.say('outbox.code')}: <code>${code}</code></p>`
  }

  #actions(): TemplateResult | typeof nothing {
    const { words } = this
    const item = this.#item()
    if (item === undefined) return nothing
    return html`<div class="row">
      <button type="button" class="button" @click=${() => this.#edit(item)}>${words.say('outbox.edit')}</button>
      ${
        item.canRetry
          ? html`<button type="button" class="button" @click=${() => this.#retry(item)}>${words.say('outbox.retry')}</button>`
          : nothing
      }
      <button type="button" class="button" @click=${() => this.#discard(item)}>${words.say('outbox.discard')}</button>
    </div>`
  }

  #edit({ intent, status }: OutboxItem): void {
    const { row, field } = this
    const collection = row === null ? undefined : collectionOf(row)
    if (row === null || collection === undefined) return
    ask(this, 'tombolo-edit', { collection, record: row.id, space: row.space, field, intent, status })
  }

  async #retry(item: OutboxItem): Promise<void> {
    const { words } = this
    try {
      await this.source?.outbox.retry(item)
      this.told = words.say('outbox.retried', { title: outboxCard(item, null, words, Date.now()).title })
    } catch (error) {
      this.told = words.say('failed', { message: messageOf(error) })
    }
  }

  #discard(item: OutboxItem): void {
    const card = outboxCard(item, waitOf(item, this.#status.value), this.words, Date.now())
    this.renderRoot.querySelector<TomboloDiscard>('tombolo-discard')?.ask(card)
  }

  readonly #discarded = ({ detail: title }: CustomEvent<string>): void => {
    this.told = this.words.say('outbox.discarded', { title })
  }

  static override readonly styles: CSSResult[] = [
    tokens,
    controls,
    css`
      :host {
        display: block;
      }
      .box {
        display: grid;
        gap: 0.4rem;
        padding: 0.8rem 0.9rem;
        border: 1px solid color-mix(in oklab, var(--_notice) 45%, var(--_notice-surface));
        border-inline-start-width: 5px;
        border-radius: var(--_radius);
        background: var(--_surface);
        overflow-wrap: anywhere;
      }
      .lead {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem;
        color: var(--_notice);
      }
      .row {
        margin-block-start: 0.4rem;
      }
    `,
  ]
}

define('tombolo-failed', TomboloFailed)

declare global {
  interface HTMLElementTagNameMap {
    'tombolo-failed': TomboloFailed
  }
}
