/** One note in the list. */
import { memo } from 'react'
import { firstLineOf, headingOf, type Note } from '../notes/note.ts'
import { showDate } from '../notes/partial-date.ts'
import { toggle } from '../notes/selection.ts'
import { showTime } from '../notes/time-words.ts'
import { Link } from './link.tsx'
import { StateMark } from './state-mark.tsx'

interface NoteRowProps {
  readonly note: Note
  readonly index: number
  readonly count: number
  /** Where several projects are shown together. */
  readonly project: string | null
  readonly isOpen: boolean
  /** Null while nobody marks notes. */
  readonly isMarked: boolean | null
}

export const NoteRow = memo(function NoteRow({ note, index, count, project, isOpen, isMarked }: NoteRowProps) {
  return (
    <li class="row" style={{ '--index': index }} aria-setsize={count} aria-posinset={index + 1}>
      {isMarked === null ? (
        <Link to={{ screen: 'note', id: note.id }} class="row-link" aria-current={isOpen ? 'page' : undefined} data-index={index}>
          <Content note={note} project={project} />
        </Link>
      ) : (
        <label class="row-link row-mark" data-marked={isMarked}>
          <input type="checkbox" checked={isMarked} data-index={index} onChange={() => toggle(note.id)} />
          <Content note={note} project={project} />
        </label>
      )}
    </li>
  )
})

function Content({ note, project }: Pick<NoteRowProps, 'note' | 'project'>) {
  const text = note.title.trim() === '' ? '' : firstLineOf(note.body)
  return (
    <>
      <span class="row-title">{headingOf(note)}</span>
      <span class="row-text">{text}</span>
      <span class="row-facts">
        <span class="row-where">{[momentOf(note), project].filter(Boolean).join(' · ')}</span>
        <StateMark note={note} />
      </span>
    </>
  )
}

const momentOf = ({ observedAt, observedTime }: Note): string =>
  [observedAt === null ? '' : showDate(observedAt), observedTime === null ? '' : showTime(observedTime)].filter(Boolean).join(', ')
