/** `<tombolo-conflicts>`: what a person has to decide. */
import type { ConflictItem } from '@tombolo/client'
import { html, type TemplateResult } from 'lit'
import { define } from './define.ts'
import { StoreElement, Watched } from './store-element.ts'

export class TomboloConflicts extends StoreElement {
  readonly #items = new Watched<readonly ConflictItem[]>(this, (store) => store.conflicts.live)

  protected override render(): TemplateResult {
    return html`<h2 tabindex="-1">${this.words.say('review.title', { n: this.#items.value?.length ?? 0 })}</h2>`
  }
}

define('tombolo-conflicts', TomboloConflicts)
