/** What can be done to all the notes that are marked. */
import { useStore } from '@tombolo/react'
import type { RecordId } from '@tombolo/core'
import { useEffect, useRef, useState } from 'react'
import { pieces } from '../export/rows.ts'
import { changeAll, type Some } from '../notes/bulk.ts'
import type { Filter } from '../notes/filter.ts'
import { runJob } from '../notes/job.ts'
import { select } from '../notes/selection.ts'
import type { app } from '../schema.ts'
import type { NotesQuery } from '../store.ts'
import { counted, figure } from '../words.ts'
import { Button } from './button.tsx'
import { ExportDialog } from './export-dialog.tsx'
import { MoveDialog } from './move-dialog.tsx'
import { attempt, say } from './notice.tsx'
import { TagDialog } from './tag-dialog.tsx'
import { whenFree } from './when-free.ts'

interface SelectionBarProps {
  readonly selection: ReadonlySet<RecordId>
  /** What the list shows. */
  readonly query: NotesQuery
  readonly filter: Filter
}

type Asking = 'tag' | 'move' | 'export' | null

export function SelectionBar({ selection, query, filter: { deleted, project } }: SelectionBarProps) {
  useFresh(`${project} ${deleted}`)
  const [asking, setAsking] = useState<Asking>(null)
  const { remove, restore } = useBulk()
  const store = useStore<typeof app>()
  const some: Some = { from: deleted ? store.db.notes.deleted() : store.db.notes, ids: [...selection] }
  const all = (): void => attempt(async () => select(await idsOf(query)))
  const isNone = selection.size === 0
  const close = (): void => setAsking(null)
  return (
    <div class="selection-bar" role="group" aria-label="Selected notes">
      <p aria-live="polite">{figure(selection.size)} selected</p>
      <Button look="plain" onClick={all}>
        All
      </Button>
      {deleted ? (
        <Button look="plain" disabled={isNone} onClick={() => restore(some)}>
          Restore
        </Button>
      ) : (
        <>
          <Button look="plain" disabled={isNone} onClick={() => setAsking('tag')}>
            Tag
          </Button>
          <Button look="plain" disabled={isNone} onClick={() => setAsking('move')}>
            Move
          </Button>
          <Button look="plain" disabled={isNone} onClick={() => remove(some)}>
            Delete
          </Button>
        </>
      )}
      <Button look="plain" disabled={isNone} aria-label="Export selected" onClick={() => setAsking('export')}>
        Export
      </Button>
      <Button look="plain" onClick={() => select(null)}>
        Done
      </Button>
      {asking === 'tag' ? <TagDialog some={some} onClose={close} /> : null}
      {asking === 'move' ? <MoveDialog some={some} onClose={close} /> : null}
      {asking === 'export' ? <ExportDialog some={some} onClose={close} /> : null}
    </div>
  )
}

/** What was marked in one project is not done to in another: nobody would see it. Words and conditions may well be used to mark more. */
function useFresh(list: string): void {
  const last = useRef(list)
  useEffect(() => {
    if (last.current !== list) select([])
    last.current = list
  }, [list])
}

async function idsOf(query: NotesQuery): Promise<readonly RecordId[]> {
  const ids: RecordId[] = []
  for await (const notes of pieces(query)) for (const { id } of notes) ids.push(id)
  return ids
}

interface Bulk {
  readonly remove: (some: Some) => void
  readonly restore: (some: Some) => void
}

function useBulk(): Bulk {
  const store = useStore<typeof app>()
  const run = (words: string, some: Some, change: Parameters<typeof changeAll>[1]): Promise<number> =>
    runJob(`${words} ${counted(some.ids.length, 'note')}`, some.ids.length, (control) =>
      changeAll({ ...control, store, some, label: `${words} ${counted(some.ids.length, 'note')}` }, change),
    )
  const restore = (some: Some): void =>
    whenFree(async () => {
      const count = await run('Restore', some, (w, note) => w.restore(note))
      select([])
      say({ text: `${counted(count, 'note is', 'notes are')} back.` })
    })
  const remove = (some: Some): void =>
    whenFree(async () => {
      const count = await run('Delete', some, (w, note) => w.delete(note))
      select([])
      const undo = (): void => restore({ from: store.db.notes.deleted(), ids: some.ids })
      say({ text: `${counted(count, 'note was', 'notes were')} deleted.`, action: { label: 'Undo', run: undo } })
    })
  return { remove, restore }
}
