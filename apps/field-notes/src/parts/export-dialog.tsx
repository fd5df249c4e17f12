/** Takes the notes of the list out of the app, as a file. */
import { useCount, useSpaces, useStore } from '@tombolo/react'
import { useState } from 'react'
import { download } from '../export/download.ts'
import { exportNotes, fileNameOf, type Format } from '../export/export.ts'
import { useFilter } from '../navigation.ts'
import { countOfConditions, filtered } from '../notes/filter.ts'
import { dayOf } from '../notes/partial-date.ts'
import { nameOf } from '../notes/projects.ts'
import type { app } from '../schema.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { attempt } from './notice.tsx'

const number = new Intl.NumberFormat()

export function ExportDialog({ onClose }: { readonly onClose: () => void }) {
  const store = useStore<typeof app>()
  const filter = useFilter()
  const spaces = useSpaces() ?? []
  const query = filtered(store, filter)
  const count = useCount(query)
  const [done, setDone] = useState<number | null>(null)
  const names = new Map(spaces.map((space) => [space.id, nameOf(space)]))
  const title = (filter.project === null ? undefined : names.get(filter.project)) ?? 'All notes'
  const isNarrowed = countOfConditions(filter) > 0 || filter.words !== ''
  const save = (format: Format): void =>
    attempt(async () => {
      setDone(0)
      const file = await exportNotes({ query, format, projectOf: (note) => names.get(note.space) ?? '', onProgress: setDone }).finally(() =>
        setDone(null),
      )
      download(file, fileNameOf(title, dayOf(new Date()), format))
      onClose()
    })
  return (
    <Dialog title="Export" onClose={onClose}>
      <p>
        {count === undefined ? '…' : number.format(count)} {count === 1 ? 'note' : 'notes'} of “{title}”
        {isNarrowed ? ', as the list is filtered now' : ''}. The file is made on this device.
      </p>
      <ul>
        <li>CSV opens in spreadsheets, and can be imported here again.</li>
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
