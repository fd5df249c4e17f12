/** One conflict: closed, a line with its record and field; open, the sides beside one another, with the choices. */
import type { FieldDefinition, Json } from '@tombolo/core'
import { html, nothing, type TemplateResult } from 'lit'
import type { ConflictView, Line, SideView } from './conflict-view.ts'
import { icon } from './icons.ts'
import { editorTemplate, type Entered, isEditable } from './value-editor.ts'
import { excerpt, isLong, type Piece } from './word-diff.ts'
import type { Wording } from './wording.ts'

export interface ConflictEditing {
  readonly key: string
  readonly start: Json
  readonly entered: Entered
}

export interface ConflictActions {
  readonly keep: (view: ConflictView, value: Json) => unknown
  readonly edit: (view: ConflictView, value: Json) => unknown
  readonly enter: (value: Entered) => unknown
  readonly cancel: () => unknown
  readonly showWhole: (view: ConflictView) => unknown
  readonly later: (details: HTMLDetailsElement) => unknown
}

export interface ConflictCard {
  readonly isFirst: boolean
  readonly words: Wording
  readonly definition: FieldDefinition | undefined
  readonly editing: ConflictEditing | null
  /** Whether long texts are shown in full instead of only around their differences. */
  readonly isWhole: boolean
  readonly actions: ConflictActions
}

export function conflictTemplate(view: ConflictView, card: ConflictCard): TemplateResult {
  const { words } = card
  return html`<li class="card" part="item">
    <details ?open=${card.isFirst}>
      <summary>
        ${icon('review')}
        <span class="what">
          <span class="title"><bdi>${view.title}</bdi></span>
          <span class="about">${view.isLife ? view.question : html`<bdi>${view.field}</bdi> · ${view.question}`}</span>
        </span>
        ${icon('open')}
      </summary>
      <div class="detail">
        ${legend(view, words)}
        <div class="sides">
          ${view.sides.map((side) => sideTemplate(view, side, card))}
          ${view.before === null ? nothing : sideTemplate(view, view.before, card)}
        </div>
        ${wholeButton(view, card)} ${card.editing === null ? choices(view, card) : editor(view, card, card.editing)}
      </div>
    </details>
  </li>`
}

/** The legend for underlined and struck words, if there are any. */
function legend({ sides, before }: ConflictView, words: Wording): TemplateResult | typeof nothing {
  const kinds = new Set(sides.flatMap(({ lines }) => lines.flatMap(({ pieces }) => pieces.map(({ kind }) => kind))))
  if (!kinds.has('added') && !kinds.has('removed')) return nothing
  if (before === null) return html`<p class="legend small quiet"><ins>${words.say('diff.differs')}</ins></p>`
  return html`<p class="legend small quiet">
    ${words.say('diff.legend')} <ins>${words.say('diff.added')}</ins> <del>${words.say('diff.removed')}</del>
  </p>`
}

function wholeButton(view: ConflictView, { isWhole, words, actions }: ConflictCard): TemplateResult | typeof nothing {
  const isCut = view.sides.some(({ lines }) => lines.some(({ pieces }) => isLong(pieces)))
  if (isWhole || !isCut) return nothing
  return html`<button type="button" class="button plain" @click=${() => actions.showWhole(view)}>${words.say('diff.whole')}</button>`
}

function sideTemplate(view: ConflictView, side: SideView, card: ConflictCard): TemplateResult {
  const { words, actions, editing } = card
  const keep = view.isLife ? lifeWords(view, side, words) : side.keep
  const name = words.say('outbox.about', { action: keep, title: `${view.title}, ${view.field}` })
  return html`<section class="side ${side === view.before ? 'before' : ''}">
    <h3>${side.heading}</h3>
    <p class="small quiet"><bdi>${side.who}</bdi></p>
    <div class="value">${side.lines.map((line) => lineTemplate(line, card, view.before !== null))}</div>
    ${
      side === view.before || editing !== null
        ? nothing
        : html`<button type="button" class="button" aria-label=${name} @click=${() => actions.keep(view, side.side.value)}>${keep}</button>`
    }
  </section>`
}

const lifeWords = ({ item }: ConflictView, { side }: SideView, words: Wording): string =>
  side.value === 'deleted' ? words.say('review.deleteRecord') : words.say('review.keepRecord', { thing: words.thing(item.collection) })

const lineTemplate = ({ name, pieces }: Line, { words, isWhole }: ConflictCard, isAgainstBefore: boolean): TemplateResult =>
  html`<p dir="auto">
    ${name === null ? nothing : html`<span class="quiet">${name}: </span>`}
    <span class="text">${(isWhole ? pieces : excerpt(pieces)).map((piece) => pieceTemplate(piece, words, isAgainstBefore))}</span>
  </p>`

function pieceTemplate({ kind, text }: Piece, words: Wording, isAgainstBefore: boolean): TemplateResult {
  switch (kind) {
    case 'same':
      return html`${text}`
    case 'added':
      return html`<ins>${said(words.say(isAgainstBefore ? 'diff.added' : 'diff.differs'))}${text}${END}</ins>`
    case 'removed':
      return html`<del>${said(words.say('diff.removed'))}${text}${END}</del>`
  }
}

/** A hidden word for screen readers, most of which ignore `ins` and `del`. */
const said = (word: string): TemplateResult => html`<span class="visually-hidden"> [${word}: </span>`
const END: TemplateResult = html`<span class="visually-hidden">] </span>`

function choices(view: ConflictView, { words, definition, actions }: ConflictCard): TemplateResult {
  const [first, ...others] = view.sides.map(({ side }) => side.value)
  const both = [first, ...others].filter((value) => typeof value === 'string').join('\n\n')
  const canEdit = !view.isLife && isEditable(definition)
  return html`<div class="row choices">
    ${
      canEdit
        ? html`<button type="button" class="button" @click=${() => actions.edit(view, first ?? null)}>${words.say('review.edit')}</button>`
        : nothing
    }
    ${
      view.isText
        ? html`<button type="button" class="button" @click=${() => actions.edit(view, both)}>${words.say('review.keepBoth')}</button>`
        : nothing
    }
    <button type="button" class="button plain" @click=${(event: Event) => actions.later(detailsOf(event))}>
      ${words.say('review.later')}
    </button>
  </div>`
}

const detailsOf = (event: Event): HTMLDetailsElement => (event.currentTarget as Element).closest('details') as HTMLDetailsElement

function editor(view: ConflictView, { words, definition, actions }: ConflictCard, { start, entered }: ConflictEditing): TemplateResult {
  if (definition === undefined) return html``
  const { collection, field } = view.item
  const label = words.say('review.result', { field: view.field })
  const save = (event: Event): void => {
    event.preventDefault()
    if (entered !== undefined) actions.keep(view, entered)
  }
  return html`<form class="editor" @submit=${save}>
    ${editorTemplate({ collection, field, definition, label }, start, words, actions.enter)}
    ${entered === undefined ? html`<p role="alert">${words.say('value.wrong')}</p>` : nothing}
    <div class="row">
      <button type="submit" class="button primary" aria-disabled=${entered === undefined}>${words.say('review.save')}</button>
      <button type="button" class="button" @click=${actions.cancel}>${words.say('review.cancel')}</button>
    </div>
  </form>`
}
