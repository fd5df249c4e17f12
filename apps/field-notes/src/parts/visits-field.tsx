/** How often somebody was here: everyone's visits count, also those that were counted at the same time. */
import { useStore } from '@tombolo/react'
import { useId } from 'react'
import type { Note } from '../notes/note.ts'
import type { app } from '../schema.ts'
import { Button } from './button.tsx'
import { attempt } from './notice.tsx'

export function VisitsField({ note }: { readonly note: Note }) {
  const store = useStore<typeof app>()
  const heading = useId()
  const add = (by: number): void => attempt(() => store.write((w) => w.notes.increment(note, 'visits', by)))
  return (
    <div class="field visits-field" role="group" aria-labelledby={heading}>
      <span id={heading} class="legend">
        Visits
      </span>
      <div class="stepper">
        <Button icon="remove" aria-label="One visit less" aria-disabled={note.visits <= 0} onClick={() => note.visits > 0 && add(-1)} />
        <span class="stepper-number" data-field="visits">
          {note.visits}
        </span>
        <Button icon="add" aria-label="One visit more" onClick={() => add(1)} />
      </div>
    </div>
  )
}
