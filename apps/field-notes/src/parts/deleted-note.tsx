/** A note that was deleted: to be read, and to be had back as it was. */
import { useStore } from '@tombolo/react'
import { restoreNote } from '../notes/actions.ts'
import { contentOf, EVERY_FIELD, shownValue } from '../notes/fields.ts'
import { headingOf, type Note } from '../notes/note.ts'
import type { app } from '../schema.ts'
import { Button } from './button.tsx'
import { Defined } from './defined.tsx'

export function DeletedNote({ note }: { readonly note: Note }) {
  const store = useStore<typeof app>()
  const content = contentOf(note)
  return (
    <article class="note">
      <header class="note-head">
        <p class="note-standing">Deleted</p>
        <Button look="primary" onClick={() => restoreNote(store, note)}>
          Restore
        </Button>
      </header>
      <h2>
        <bdi>{headingOf(note)}</bdi>
      </h2>
      <dl class="deleted-facts">
        {EVERY_FIELD.filter(([key]) => key !== 'title' && key in content).map(([key, { words }]) => (
          <div key={key}>
            <dt>{words}</dt>
            <dd>{shownValue(key, note[key])}</dd>
          </div>
        ))}
      </dl>
      <Defined tag="tombolo-history">
        <tombolo-history class="card" row={note} />
      </Defined>
    </article>
  )
}
