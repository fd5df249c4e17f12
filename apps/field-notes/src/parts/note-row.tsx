/** One note in the list. */
import { memo } from 'react'
import { firstLineOf, headingOf, type Note } from '../notes/note.ts'
import { showDate } from '../notes/partial-date.ts'
import { Link } from './link.tsx'
import { StateMark } from './state-mark.tsx'

interface NoteRowProps {
  readonly note: Note
  readonly index: number
  readonly count: number
  /** Where several projects are shown together. */
  readonly project: string | null
  readonly isOpen: boolean
}

export const NoteRow = memo(function NoteRow({ note, index, count, project, isOpen }: NoteRowProps) {
  const heading = headingOf(note)
  const text = note.title.trim() === '' ? '' : firstLineOf(note.body)
  return (
    <li class="row" style={{ '--index': index }} aria-setsize={count} aria-posinset={index + 1}>
      <Link to={{ screen: 'note', id: note.id }} class="row-link" aria-current={isOpen ? 'page' : undefined} data-index={index}>
        <span class="row-title">{heading}</span>
        <span class="row-text">{text}</span>
        <span class="row-facts">
          <span class="row-where">{[note.observedAt === null ? '' : showDate(note.observedAt), project].filter(Boolean).join(' · ')}</span>
          <StateMark note={note} />
        </span>
      </Link>
    </li>
  )
})
