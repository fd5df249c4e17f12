/** Tags: typed, and taken in by Enter, a comma, or leaving the field. Tags that two people add at once are both there. */
import { useStore } from '@tombolo/react'
import { useId, useRef } from 'react'
import { tagsIn } from '../notes/fields.ts'
import type { Note } from '../notes/note.ts'
import type { app } from '../schema.ts'
import { Icon } from './icon.tsx'
import { attempt } from './notice.tsx'
import { useWhenHidden } from './when-hidden.ts'

const SEPARATORS = /[,;\n]/

export function TagsField({ note }: { readonly note: Note }) {
  const store = useStore<typeof app>()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const typed = useRef('')
  const add = (text: string): void => {
    const tags = tagsIn(text).filter((tag) => !note.tags.includes(tag))
    if (tags.length > 0) attempt(() => store.write((w) => tags.forEach((tag) => w.notes.addTo(note, 'tags', tag))))
  }
  const take = (): void => {
    add(typed.current)
    typed.current = ''
    if (input.current !== null) input.current.value = ''
  }
  const remove = (tag: string): void => attempt(() => store.write((w) => w.notes.removeFrom(note, 'tags', tag)))
  useWhenHidden(take)
  return (
    <div class="field tags-field">
      <label for={id}>Tags</label>
      <ul class="chips" role="list">
        {note.tags.map((tag) => (
          <li key={tag} class="chip">
            <bdi>{tag}</bdi>
            <button type="button" aria-label={`Remove tag ${tag}`} onClick={() => remove(tag)}>
              <Icon name="close" />
            </button>
          </li>
        ))}
        <li class="chip-input">
          <input
            ref={input}
            id={id}
            placeholder={note.tags.length === 0 ? 'bird, shore' : 'Add a tag'}
            autocomplete="off"
            enterkeyhint="done"
            onInput={({ currentTarget: { value } }) => {
              typed.current = value
              if (SEPARATORS.test(value)) take()
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && !event.isComposing) take()
              const last = note.tags.at(-1)
              if (event.key === 'Backspace' && event.currentTarget.value === '' && last !== undefined) remove(last)
            }}
            onBlur={take}
          />
        </li>
      </ul>
    </div>
  )
}
