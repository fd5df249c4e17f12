/** One item of the outbox: closed, a line with its name and reason; open, all details and actions. */
import { html, nothing, type TemplateResult } from 'lit'
import { icon } from './icons.ts'
import type { OutboxCard, Refusal } from './outbox-view.ts'
import type { Wording } from './wording.ts'
import type { WordKey } from './words.ts'

export interface CardActions {
  readonly retry: (card: OutboxCard) => unknown
  readonly edit: (card: OutboxCard) => unknown
  readonly export: (card: OutboxCard) => unknown
  readonly discard: (card: OutboxCard) => unknown
}

export function cardTemplate(card: OutboxCard, actions: CardActions, words: Wording): TemplateResult {
  const isFailed = card.item.status === 'failed'
  return html`<li class="card ${card.item.status}" part="item">
    <details ?open=${isFailed}>
      <summary>
        ${icon(isFailed ? 'attention' : 'to-send')}
        <span class="what">
          <span class="title"><bdi>${card.title}</bdi></span>
          <span class="why">${card.why}</span>
          ${card.nextTry === null ? nothing : html`<span class="why">${card.nextTry}</span>`}
        </span>
        ${icon('open')}
      </summary>
      <div class="detail">
        ${card.refusal === null ? nothing : refusalTemplate(card.refusal, words)}
        <p class="small quiet">${card.facts.join(' · ')}</p>
        ${writesTemplate(card, words)} ${actionsTemplate(card, actions, words)}
      </div>
    </details>
  </li>`
}

const refusalTemplate = ({ code, advice, field }: Refusal, words: Wording): TemplateResult => html`
  <p>${advice}</p>
  <p class="small quiet">
    ${field === null ? nothing : html`${words.say('outbox.field')}: <bdi>${field}</bdi> · `}${words.say('outbox.code')}:
    <code>${code}</code>
  </p>
`

function writesTemplate({ writes, unnamed }: OutboxCard, words: Wording): TemplateResult | typeof nothing {
  if (writes.length + unnamed < 2) return nothing
  return html`<ul class="writes small" aria-label=${words.say('outbox.writes')}>
    ${writes.map((name) => html`<li><bdi>${name}</bdi></li>`)}
    ${unnamed > 0 ? html`<li class="quiet">+ ${words.say('sheet.records', { n: unnamed })}</li>` : nothing}
  </ul>`
}

type ActionKey = WordKey & `outbox.${keyof CardActions}`

/** The buttons; the most helpful one is first and emphasised. */
function actionsTemplate(card: OutboxCard, actions: CardActions, words: Wording): TemplateResult {
  const { item, refusal } = card
  const button = (key: ActionKey, act: (card: OutboxCard) => unknown, isBest = false): TemplateResult => {
    const action = words.say(key)
    const name = words.say('outbox.about', { action, title: card.title })
    const look = isBest ? 'button primary' : 'button'
    return html`<button type="button" class=${look} aria-label=${name} @click=${() => act(card)}>${action}</button>`
  }
  const editIsBest = refusal?.asksForEdit ?? false
  const retry = item.status === 'failed' && item.canRetry ? button('outbox.retry', actions.retry, !editIsBest) : nothing
  const edit = item.records.length > 0 ? button('outbox.edit', actions.edit, editIsBest) : nothing
  const discard = item.canDiscard
    ? button('outbox.discard', actions.discard)
    : html`<p class="small quiet on-its-way">${words.say('outbox.onItsWay')}</p>`
  return html`<div class="actions">
    ${editIsBest ? [edit, retry] : [retry, edit]} ${button('outbox.export', actions.export)} ${discard}
  </div>`
}
