/** Title and text: what most notes are. */
import { useField } from '@tombolo/react'
import { useState } from 'react'
import { isBlank } from '../notes/fields.ts'
import type { Note } from '../notes/note.ts'
import { FieldFault } from './field-fault.tsx'
import { useRefs } from './use-refs.ts'

export function TitleField({ note }: { readonly note: Note }) {
  const title = useField(note, 'title')
  // A note that was just begun waits for its title.
  const [isNew] = useState(() => isBlank(note))
  const ref = useRefs(title.props.ref, (element) => isNew && element?.focus())
  return (
    <>
      <label class="title-field">
        <span class="visually-hidden">Title</span>
        <textarea
          {...title.props}
          ref={ref}
          rows={1}
          placeholder="Title"
          autocomplete="off"
          enterkeyhint="next"
          aria-invalid={title.state === 'failed'}
          onInput={inOneLine}
          onKeyDown={goOn}
        />
      </label>
      <FieldFault field={title} />
    </>
  )
}

export function BodyField({ note }: { readonly note: Note }) {
  const body = useField(note, 'body')
  return (
    <>
      <label class="body-field">
        <span class="visually-hidden">Note</span>
        <textarea {...body.props} placeholder="What did you see?" rows={6} aria-invalid={body.state === 'failed'} />
      </label>
      <FieldFault field={body} />
    </>
  )
}

/** A long title is shown in several lines, but is one. */
function inOneLine({ currentTarget: input }: { readonly currentTarget: HTMLTextAreaElement }): void {
  if (input.value.includes('\n')) input.value = input.value.replaceAll(/\s*\n\s*/g, ' ')
}

/** Enter goes on to the text. */
function goOn(event: KeyboardEvent): void {
  if (event.key !== 'Enter' || event.isComposing) return
  event.preventDefault()
  document.querySelector<HTMLElement>('.body-field textarea')?.focus()
}
