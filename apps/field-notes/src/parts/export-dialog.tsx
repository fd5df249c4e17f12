/** Takes the notes of the list out of the app, as a file. */
import { useCount, useSpaces, useStore } from '@tombolo/react'
import { useState } from 'react'
import { download } from '../export/download.ts'
import { exportNotes, fileNameOf, type Format } from '../export/export.ts'
import { pieces } from '../export/rows.ts'
import { useFilter } from '../navigation.ts'
import { notesOf, type Some } from '../notes/bulk.ts'
import { countOfConditions, filtered } from '../notes/filter.ts'
import { dayOf } from '../notes/partial-date.ts'
import { nameOf } from '../notes/projects.ts'
import type { app } from '../schema.ts'
import type { NotesQuery } from '../store.ts'
import { counted } from '../words.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { attempt } from './notice.tsx'

interface ExportDialogProps {
  /** Instead of what the list shows. */
  readonly some?: Some
  /** Every note, whatever the list shows. */
  readonly all?: NotesQuery
  readonly onClose: () => void
}

export function ExportDialog({ some, all, onClose }: ExportDialogProps) {
  const store = useStore<typeof app>()
  const filter = useFilter()
  const spaces = useSpaces() ?? []
  const query = all ?? filtered(store, filter)
  const found = useCount(query)
  const count = some === undefined ? found : some.ids.length
  const [done, setDone] = useState<number | null>(null)
  const names = new Map(spaces.map((space) => [space.id, nameOf(space)]))
  const title = (all !== undefined || filter.project === null ? undefined : names.get(filter.project)) ?? 'All notes'
  const isNarrowed = all === undefined && (countOfConditions(filter) > 0 || filter.words !== '')
  const save = (format: Format): void =>
    attempt(async () => {
      setDone(0)
      const file = await exportNotes({
        notes: some === undefined ? pieces(query) : notesOf(some),
        format,
        projectOf: (note) => names.get(note.space) ?? '',
        onProgress: setDone,
      }).finally(() => setDone(null))
      download(file, fileNameOf(title, dayOf(new Date()), format))
      onClose()
    })
  return (
    <Dialog title="Export" onClose={onClose}>
      <p>
        {count === undefined ? '…' : counted(count, 'note')}
        {some === undefined ? ` of “${title}”${isNarrowed ? ', as the list is filtered now' : ''}` : ', as you selected them'}. The file is
        made on this device.
      </p>
      <ul>
        <li>CSV opens in spreadsheets. Correct it there and import it here again, and these notes change.</li>
        <li>GeoJSON opens in maps; notes without a place are in it too.</li>
      </ul>
      {done === null ? null : <progress value={done} max={count ?? 1} aria-label="Exporting" />}
      <div class="dialog-buttons">
        <Button look="plain" onClick={onClose}>
          Cancel
        </Button>
        <Button disabled={done !== null} onClick={() => save('geojson')}>
          GeoJSON
        </Button>
        <Button look="primary" disabled={done !== null} onClick={() => save('csv')}>
          CSV
        </Button>
      </div>
    </Dialog>
  )
}
