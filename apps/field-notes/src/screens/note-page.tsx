/** One note under a person's hands. Everything saves by itself, at once, on this device. */
import { useField, useRecord, useSpaces, useStore } from '@tombolo/react'
import type { RecordId } from '@tombolo/core'
import { useEffect, useState } from 'react'
import { useRefs } from '../parts/use-refs.ts'
import { deleteNote, leaveNote } from '../notes/actions.ts'
import { fieldWords } from '../notes/field-words.ts'
import { isBlank, type Note } from '../notes/note.ts'
import { nameOf } from '../notes/projects.ts'
import { back } from '../navigation.ts'
import { Button } from '../parts/button.tsx'
import { Defined } from '../parts/defined.tsx'
import { DateField } from '../parts/date-field.tsx'
import { FieldFault } from '../parts/field-fault.tsx'
import { Icon } from '../parts/icon.tsx'
import { Link } from '../parts/link.tsx'
import { NumberField } from '../parts/number-field.tsx'
import { PlaceField } from '../parts/place-field.tsx'
import { QualityField } from '../parts/quality-field.tsx'
import { StateMark } from '../parts/state-mark.tsx'
import { TagsField } from '../parts/tags-field.tsx'
import { VisitsField } from '../parts/visits-field.tsx'
import type { app } from '../schema.ts'

export function NotePage({ id }: { readonly id: RecordId }) {
  const store = useStore<typeof app>()
  const note = useRecord(store.db.notes, id)
  useEffect(() => () => leaveNote(store, id), [store, id])
  if (note === undefined) return null
  if (note === null) return <Gone />
  return <Editor note={note} />
}

function Gone() {
  return (
    <div class="placeholder">
      <p>This note is not on this device. It may have been deleted, or has not arrived yet.</p>
      <Button onClick={back}>Back to the list</Button>
    </div>
  )
}

function Editor({ note }: { readonly note: Note }) {
  const store = useStore<typeof app>()
  const [showsHistory, setShowsHistory] = useState(false)
  return (
    <article class="note">
      <header class="note-head">
        <p class="note-standing">
          <StateMark note={note} />
          <ProjectName note={note} />
        </p>
        <Button look="plain" icon="history" aria-pressed={showsHistory} onClick={() => setShowsHistory(!showsHistory)}>
          <span class="word">History</span>
        </Button>
        <Button look="plain" icon="trash" onClick={() => deleteNote(store, note)}>
          <span class="word">Delete</span>
        </Button>
      </header>
      <Standing note={note} showsHistory={showsHistory} />
      <Words note={note} />
      <TagsField note={note} />
      <div class="facts">
        <div class="facts-column">
          <DateField note={note} />
          <PlaceField note={note} />
        </div>
        <div class="facts-column">
          <QualityField note={note} />
          <VisitsField note={note} />
          <NumberField note={note} field="count" label="Count" />
          <NumberField note={note} field="openings" label="Openings" />
        </div>
      </div>
    </article>
  )
}

/** What needs the person, and what was ever written. */
function Standing({ note, showsHistory }: { readonly note: Note; readonly showsHistory: boolean }) {
  return (
    <>
      {note.$conflicts.length === 0 ? null : (
        <p class="needs-you">
          <Icon name="conflict" />
          <span>
            Two versions of {note.$conflicts.map(fieldWords).join(' and ')} were written at once. The note stays as it is until you choose.
          </span>
          <Link to={{ screen: 'review' }} class="button">
            Choose
          </Link>
        </p>
      )}
      <Defined tag="tombolo-history">
        {note.$failed === null ? null : <tombolo-failed class="card" row={note} />}
        {showsHistory ? <tombolo-history class="card" row={note} /> : null}
      </Defined>
    </>
  )
}

function Words({ note }: { readonly note: Note }) {
  const title = useField(note, 'title')
  const body = useField(note, 'body')
  // A note that was just begun waits for its title.
  const [isNew] = useState(() => isBlank(note))
  const titleRef = useRefs(title.props.ref, (element) => isNew && element?.focus())
  return (
    <>
      <label class="title-field">
        <span class="visually-hidden">Title</span>
        <textarea
          {...title.props}
          ref={titleRef}
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

function ProjectName({ note }: { readonly note: Note }) {
  const spaces = useSpaces()
  const project = spaces?.find(({ id }) => id === note.space)
  return project === undefined || (spaces?.length ?? 0) < 2 ? null : <span class="note-project">{nameOf(project)}</span>
}
