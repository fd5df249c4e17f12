/**
 * A list of any length: only the rows in view are asked for and drawn, in pages, each a live query of its own. The scroll bar is that of
 * the whole list.
 */
import { useLive, useSpaces } from '@tombolo/react'
import { type RefObject, useEffect, useRef } from 'react'
import { useRoute } from '../navigation.ts'
import { type Filter, searchOf } from '../notes/filter.ts'
import { useSelection } from '../notes/selection.ts'
import type { NotesQuery } from '../store.ts'
import { useKept } from './kept.ts'
import { moveFocus } from './list-keys.ts'
import { NoteRow } from './note-row.tsx'
import { PAGE_ROWS, usePagesInView } from './pages-in-view.ts'
import { nameOf } from '../notes/projects.ts'

interface NoteRowsProps {
  /** Sorted. */
  readonly query: NotesQuery
  readonly count: number
  readonly filter: Filter
}

export function NoteRows({ query, count, filter }: NoteRowsProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const pages = usePagesInView(scroller, count)
  useTopWhenOther(scroller, searchOf(filter))
  return (
    <div class="scroller" ref={scroller}>
      <ul class="rows" role="list" style={{ '--count': count }} onKeyDown={(event) => moveFocus(event, scroller.current)}>
        {pages.map((page) => (
          <PageOfRows key={page} first={page * PAGE_ROWS} query={query} count={count} showsProject={filter.project === null} />
        ))}
      </ul>
    </div>
  )
}

/** Another list begins at its top. */
function useTopWhenOther(scroller: RefObject<HTMLElement>, shown: string): void {
  const last = useRef(shown)
  useEffect(() => {
    if (last.current !== shown) scroller.current?.scrollTo(0, 0)
    last.current = shown
  }, [scroller, shown])
}

interface PageProps {
  readonly first: number
  readonly query: NotesQuery
  readonly count: number
  readonly showsProject: boolean
}

function PageOfRows({ first, query, count, showsProject }: PageProps) {
  const notes = useKept(useLive(query.offset(first).limit(PAGE_ROWS).live))
  const spaces = useSpaces()
  const route = useRoute()
  const selection = useSelection()
  const names = showsProject && spaces !== undefined && spaces.length > 1 ? new Map(spaces.map((space) => [space.id, nameOf(space)])) : null
  return (
    <>
      {notes?.slice(0, Math.max(0, count - first)).map((note, index) => (
        <NoteRow
          key={note.id}
          note={note}
          index={first + index}
          count={count}
          project={names?.get(note.space) ?? null}
          isMarked={selection === null ? null : selection.has(note.id)}
          isOpen={route.screen === 'note' && route.id === note.id}
        />
      ))}
    </>
  )
}
