/**
 * `<tombolo-history>`: all values written to a record, as far as this device has seen them: shown, not chosen, superseded, refused. Any
 * value can be used again; that is an ordinary write, and the value that it replaces joins the history.
 */
import { collectionOf, type HistoryItem, type RowStanding } from '@tombolo/client'
import { html, nothing, type CSSResult, type PropertyDeclarations, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { define } from './define.ts'
import type { FormatValue } from './format-value.ts'
import { historyStyles } from './history-styles.ts'
import { type FieldHistory, fieldHistories, type PastValue } from './history-view.ts'
import { messageOf } from './message-of.ts'
import { StoreElement, Watched } from './store-element.ts'
import { pageStyles } from './page-styles.ts'
import { controls, tokens } from './styles.ts'

/** The number of values shown for a field before a person asks for more. */
const VALUES_SHOWN = 5

/**
 * `<tombolo-history>`: every value of a record, and 'Use this value again'.
 * @example <tombolo-history row={note} field="body" />
 */
export class TomboloHistory extends StoreElement {
  static override readonly properties: PropertyDeclarations = {
    row: { attribute: false },
    field: {},
    formatValue: { attribute: false },
    told: { state: true },
    unfolded: { state: true },
  }
  /** A row of the store, as returned by a query. */
  declare row: RowStanding | null
  /** Only this field's values. */
  declare field: string | null
  /** Formats a field's value as the app does; returns undefined to use the default. */
  declare formatValue: FormatValue | null
  declare protected told: string
  /** The fields whose values are all shown. */
  declare protected unfolded: ReadonlySet<string>
  readonly #items = new Watched<readonly HistoryItem[]>(this, (store) => (this.row === null ? null : store.liveHistory(this.row)))

  constructor() {
    super()
    this.row = null
    this.field = null
    this.formatValue = null
    this.told = ''
    this.unfolded = new Set()
  }

  /** Moves the focus to the heading. */
  override focus(): void {
    this.renderRoot.querySelector('h2')?.focus()
  }

  protected override render(): TemplateResult {
    const { words } = this
    const fields = this.#fields()
    return html`
      <h2 tabindex="-1" part="heading">${words.say('history.title')}</h2>
      <p class="told" part="told" aria-live="polite">${this.told}</p>
      ${this.unreadable(this.#items)} ${fields.map((field) => this.#fieldTemplate(field))}
      ${fields.length === 0 && this.#items.value !== undefined ? html`<p class="empty">${words.say('history.empty')}</p>` : nothing}
    `
  }

  #fields(): readonly FieldHistory[] {
    const { source: store, row, words, formatValue: format } = this
    const collection = row === null ? undefined : collectionOf(row)
    if (store === null || collection === undefined) return []
    return fieldHistories(this.#items.value ?? [], this.field, { schema: store.schema, collection, words, format, now: Date.now() })
  }

  #fieldTemplate({ field, name, values }: FieldHistory): TemplateResult {
    const hidden = this.unfolded.has(field) ? 0 : Math.max(0, values.length - VALUES_SHOWN)
    return html`<section aria-labelledby="field-${field}">
      <h3 id="field-${field}">${name}</h3>
      <ol>
        ${repeat(
          values.slice(0, values.length - hidden),
          ({ item, text }) => `${item.standing} ${item.name} ${text}`,
          (value) => this.#value(name, value),
        )}
      </ol>
      ${
        hidden > 0
          ? html`<button type="button" class="button plain" @click=${() => (this.unfolded = new Set([...this.unfolded, field]))}>
              ${this.words.say('outbox.more', { n: hidden })}
            </button>`
          : nothing
      }
    </section>`
  }

  #value(field: string, value: PastValue): TemplateResult {
    const { words } = this
    const use = words.say('history.use')
    return html`<li class=${value.item.standing} part="value">
      <div class="what">
        <p class="text" dir="auto">${value.text}</p>
        <p class="small quiet"><span class="standing">${value.standing}</span> <bdi>${value.who}</bdi></p>
      </div>
      ${
        value.canUse
          ? html`<button
              type="button"
              class="button plain"
              aria-label=${words.say('outbox.about', { action: use, title: `${field}, ${value.text}` })}
              @click=${() => this.#use(field, value)}
            >
              ${use}
            </button>`
          : nothing
      }
    </li>`
  }

  async #use(name: string, { item, text }: PastValue): Promise<void> {
    const { source: store, row, words } = this
    const collection = row === null ? undefined : collectionOf(row)
    if (store === null || row === null || collection === undefined) return
    try {
      await store.writeIn(row.space, (writer) => writer[collection]?.set(row.id, { [item.field]: item.value }))
      this.told = words.say('history.used', { field: name, value: text })
      this.focus()
    } catch (error) {
      this.told = words.say('failed', { message: messageOf(error) })
    }
  }

  static override readonly styles: CSSResult[] = [tokens, controls, pageStyles, historyStyles]
}

define('tombolo-history', TomboloHistory)

declare global {
  interface HTMLElementTagNameMap {
    'tombolo-history': TomboloHistory
  }
}
