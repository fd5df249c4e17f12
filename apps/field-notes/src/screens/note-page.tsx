/** One note under a person's hands. Everything saves by itself, at once, on this device. */
import { useRecord, useSpaces, useStore } from '@tombolo/react'
import type { RecordId } from '@tombolo/core'
import { useEffect, useState } from 'react'
import { deleteNote, leaveNote } from '../notes/actions.ts'
import { fieldWords } from '../notes/fields.ts'
import type { Note } from '../notes/note.ts'
import { nameOf } from '../notes/projects.ts'
import { back } from '../navigation.ts'
import { Button } from '../parts/button.tsx'
import { Defined } from '../parts/defined.tsx'
import { Icon } from '../parts/icon.tsx'
import { Link } from '../parts/link.tsx'
import { NoteInputs } from '../parts/note-inputs.tsx'
import { StateMark } from '../parts/state-mark.tsx'
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
      <NoteInputs note={note} area="words" />
      <div class="facts">
        <div class="facts-column">
          <NoteInputs note={note} area="when-and-where" />
        </div>
        <div class="facts-column">
          <NoteInputs note={note} area="what" />
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

function ProjectName({ note }: { readonly note: Note }) {
  const spaces = useSpaces()
  const project = spaces?.find(({ id }) => id === note.space)
  return project === undefined || (spaces?.length ?? 0) < 2 ? null : <span class="note-project">{nameOf(project)}</span>
}
