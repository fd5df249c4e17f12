/** One note under a person's hands. Everything saves by itself, at once, on this device. */
import { useLive, useRecord, useSpaces, useStore } from '@tombolo/react'
import type { RecordId } from '@tombolo/core'
import { useEffect, useMemo, useState } from 'react'
import { deleteNote, leaveNote } from '../notes/actions.ts'
import { begunNote } from '../notes/begin-note.ts'
import { fieldWords } from '../notes/fields.ts'
import type { Note } from '../notes/note.ts'
import { nameOf } from '../notes/projects.ts'
import { back, begunIn, forgetBegun } from '../navigation.ts'
import { Button } from '../parts/button.tsx'
import { DeletedNote } from '../parts/deleted-note.tsx'
import { Defined } from '../parts/defined.tsx'
import { Icon } from '../parts/icon.tsx'
import { Link } from '../parts/link.tsx'
import { NoteInputs } from '../parts/note-inputs.tsx'
import { StateMark } from '../parts/state-mark.tsx'
import type { app } from '../schema.ts'

export function NotePage({ id }: { readonly id: RecordId }) {
  const store = useStore<typeof app>()
  const note = useRecord(store.db.notes, id)
  const begun = useBegun(id, note ?? null)
  useEffect(() => () => leaveNote(store, id), [store, id])
  if (note !== undefined && note !== null) return <Editor note={note} isBegun={false} />
  if (begun !== null) return <Editor note={begun} isBegun />
  return note === null ? <Gone id={id} /> : null
}

/** The note while nobody has written in it; null from the first letter on, and for one that was not begun here. */
function useBegun(id: RecordId, there: Note | null): Note | null {
  const store = useStore<typeof app>()
  const [project, setProject] = useState(begunIn)
  if (project !== null && there !== null) setProject(null)
  useEffect(() => {
    if (there !== null) forgetBegun()
  }, [there])
  return useMemo(() => (project === null ? null : begunNote(store, project, id)), [store, project, id])
}

/** Deleted, as far as this device knows; or not here. */
function Gone({ id }: { readonly id: RecordId }) {
  const store = useStore<typeof app>()
  const found = useLive(useMemo(() => store.db.notes.deleted().where({ id }).live, [store, id]))
  const [note] = found ?? []
  if (found === undefined) return null
  if (note !== undefined) return <DeletedNote note={note} />
  return (
    <div class="placeholder">
      <p>This note is not on this device. It may not have arrived yet.</p>
      <Button onClick={back}>Back to the list</Button>
    </div>
  )
}

interface EditorProps {
  readonly note: Note
  /** Nothing of it is kept yet. */
  readonly isBegun: boolean
}

function Editor({ note, isBegun }: EditorProps) {
  const store = useStore<typeof app>()
  const [showsHistory, setShowsHistory] = useState(false)
  return (
    <article class="note">
      <header class="note-head">
        <p class="note-standing">
          {isBegun ? <span class="state">New: kept from the first letter on</span> : <StateMark note={note} />}
          <ProjectName note={note} />
        </p>
        {isBegun ? null : (
          <Button look="plain" icon="history" aria-pressed={showsHistory} onClick={() => setShowsHistory(!showsHistory)}>
            <span class="word">History</span>
          </Button>
        )}
        <Button look="plain" icon="trash" onClick={() => (isBegun ? back() : deleteNote(store, note))}>
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
