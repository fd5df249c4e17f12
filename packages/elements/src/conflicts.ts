/**
 * `<tombolo-conflicts>`: conflicts to decide, one field at a time: mine, theirs and the value before, with the differing words marked.
 * Nothing waits for a decision. A decision is an ordinary change with an undo, and the value not chosen stays in the history.
 *
 *   open ──► keep mine · keep theirs · edit ──► decided ──undo──► open again (the store shows what it showed before)
 */
import type { ConflictItem } from '@tombolo/client'
import type { Json, SchemaDefinition } from '@tombolo/core'
import { html, nothing, type CSSResult, type PropertyDeclarations, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { cardStyles } from './card-styles.ts'
import { type ConflictActions, type ConflictEditing, conflictTemplate } from './conflict-card.ts'
import { conflictStyles } from './conflict-styles.ts'
import { type ConflictContext, conflictKey, type ConflictView, conflictView } from './conflict-view.ts'
import { decide, type Decided, takeBack } from './decide.ts'
import { define } from './define.ts'
import type { FormatValue } from './format-value.ts'
import { messageOf } from './message-of.ts'
import { fieldOf, rowTitle } from './row-title.ts'
import { StoreElement, Watched } from './store-element.ts'
import { pageStyles } from './page-styles.ts'
import { controls, tokens } from './styles.ts'
import { WatchedRows } from './watched-rows.ts'

/** A long list is shown in pages. */
const PAGE_ITEMS = 20

const NO_SCHEMA: SchemaDefinition = { version: 0, fingerprint: '', collections: {}, upgrades: {} }

interface KnownView extends Pick<ConflictContext, 'title' | 'words' | 'format'> {
  readonly view: ConflictView
}

/**
 * `<tombolo-conflicts>`: conflicts to decide, with the differing words marked.
 * @example <tombolo-conflicts formatValue={(field, value) => (field === 'quality' ? String(value) : undefined)} />
 */
export class TomboloConflicts extends StoreElement {
  static override readonly properties: PropertyDeclarations = {
    formatValue: { attribute: false },
    shownItems: { state: true },
    told: { state: true },
    editing: { state: true },
    decided: { state: true },
    reopened: { state: true },
    whole: { state: true },
  }
  /** Formats a field's value as the app does; returns undefined to use the default. */
  declare formatValue: FormatValue | null
  declare protected shownItems: number
  declare protected told: string
  declare protected editing: ConflictEditing | null
  /** The last decision, which can be undone. */
  declare protected decided: Decided | null
  /** Decisions that were undone: the store has no conflict there any more, but the person has not chosen. */
  declare protected reopened: readonly ConflictItem[]
  /** Conflicts whose texts are shown in full. */
  declare protected whole: ReadonlySet<string>
  readonly #items = new Watched<readonly ConflictItem[]>(this, (store) => store.conflicts.live)
  readonly #rows = new WatchedRows(this)
  readonly #views = new WeakMap<ConflictItem, KnownView>()

  constructor() {
    super()
    this.formatValue = null
    this.shownItems = PAGE_ITEMS
    this.told = ''
    this.editing = null
    this.decided = null
    this.reopened = []
    this.whole = new Set()
  }

  /** Moves the focus to the heading. */
  override focus(): void {
    void this.#focusOn('h2')
  }

  async #focusOn(selector: string): Promise<void> {
    await this.updateComplete
    this.renderRoot.querySelector<HTMLElement>(selector)?.focus()
  }

  protected override render(): TemplateResult {
    const { words } = this
    const items = this.#open()
    const hidden = items.length - this.shownItems
    return html`
      <h2 tabindex="-1" part="heading">${words.say('review.title', { n: items.length })}</h2>
      ${items.length === 0 ? nothing : html`<p class="quiet">${words.say('review.calm')}</p>`} ${this.#outcome()}
      ${this.unreadable(this.#items)}
      ${items.length === 0 && this.#items.value !== undefined ? html`<p class="empty">${words.say('review.empty')}</p>` : nothing}
      <ul>
        ${repeat(items.slice(0, this.shownItems), conflictKey, (item, index) => this.#card(item, index === 0))}
      </ul>
      ${
        hidden > 0
          ? html`<button type="button" class="button plain" @click=${() => (this.shownItems += PAGE_ITEMS)}>
              ${words.say('outbox.more', { n: hidden })}
            </button>`
          : nothing
      }
    `
  }

  /** The open conflicts; reopened ones come first, where they were. */
  #open(): readonly ConflictItem[] {
    const live = this.#items.value ?? []
    const keys = new Set(live.map(conflictKey))
    return [...this.reopened.filter((item) => !keys.has(conflictKey(item))), ...live]
  }

  #outcome(): TemplateResult {
    const undo = html`<button type="button" class="button undo" @click=${this.#undo}>${this.words.say('review.undo')}</button>`
    return html`<div class="outcome" part="told">
      <p aria-live="polite" class="told">${this.told}</p>
      ${this.decided === null ? nothing : undo}
    </div>`
  }

  #card(item: ConflictItem, isFirst: boolean): TemplateResult | typeof nothing {
    const view = this.#view(item)
    const { editing, words } = this
    const definition = this.source?.schema.collections[item.collection]?.fields[item.field]
    return conflictTemplate(view, {
      isFirst,
      words,
      definition,
      editing: editing?.key === view.key ? editing : null,
      isWhole: this.whole.has(view.key),
      actions: this.#actions,
    })
  }

  /** The view of a conflict, cached, so that words are not compared again at each key press. */
  #view(item: ConflictItem): ConflictView {
    const { words, formatValue: format } = this
    const schema = this.source?.schema ?? NO_SCHEMA
    const title = rowTitle(schema.collections[item.collection], this.#rows.get(item.collection, item.record))
    const known = this.#views.get(item)
    if (known !== undefined && known.title === title && known.words === words && known.format === format) return known.view
    const view = conflictView(item, { schema, title, words, format, now: Date.now() })
    this.#views.set(item, { title, words, format, view })
    return view
  }

  readonly #actions: ConflictActions = {
    keep: (view, value) => this.#decide(view, value),
    edit: (view, value) => {
      this.editing = { key: view.key, start: value, entered: value }
      void this.#focusOn('.editor :is(textarea, input, select)')
    },
    enter: (entered) => {
      if (this.editing !== null) this.editing = { ...this.editing, entered }
    },
    cancel: () => (this.editing = null),
    showWhole: ({ key }) => (this.whole = new Set([...this.whole, key])),
    later: (details) => this.#later(details),
  }

  async #decide(view: ConflictView, value: Json): Promise<void> {
    const { source: store, words } = this
    if (store === null) return
    const { item, title, field } = view
    const isReopened = this.reopened.includes(item)
    const shown = fieldOf(this.#rows.get(item.collection, item.record), item.field) as Json | undefined
    const before = shown === undefined ? newestValue(item) : shown
    await this.#attempt(async () => {
      await decide(store, item, value, isReopened)
      this.reopened = this.reopened.filter((other) => other !== item)
      this.editing = null
      this.decided = { item, title, field, before }
      this.told = words.say('review.kept', { title, field })
      void this.#focusOn('.undo')
    })
  }

  readonly #undo = async (): Promise<void> => {
    const { source: store, decided } = this
    if (store === null || decided === null) return
    await this.#attempt(async () => {
      await takeBack(store, decided)
      this.reopened = [decided.item, ...this.reopened]
      this.decided = null
      this.told = this.words.say('review.undone', { title: decided.title, field: decided.field })
      void this.#focusOn('summary')
    })
  }

  /** Closes the card and goes on to the next; the conflict stays in the list, and the record stays usable. */
  #later(details: HTMLDetailsElement): void {
    const next = details.closest('li')?.nextElementSibling?.querySelector('summary')
    details.open = false
    ;(next ?? details.querySelector('summary'))?.focus()
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.told = this.words.say('failed', { message: messageOf(error) })
    }
  }

  static override readonly styles: CSSResult[] = [tokens, controls, pageStyles, cardStyles, conflictStyles]
}

/** The value that the record shows by its rule, if the record itself is not at hand. */
const newestValue = ({ mine, theirs }: ConflictItem): Json =>
  [...mine, ...theirs].reduce<ConflictItem['before']>((newest, side) => (newest === null || side.at > newest.at ? side : newest), null)
    ?.value ?? null

define('tombolo-conflicts', TomboloConflicts)

declare global {
  interface HTMLElementTagNameMap {
    'tombolo-conflicts': TomboloConflicts
  }
}
