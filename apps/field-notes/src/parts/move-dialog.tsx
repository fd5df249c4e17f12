/** Moves many notes to another project, and says beforehand what that means. */
import { useSpaces, useStore } from '@tombolo/react'
import type { SpaceId } from '@tombolo/core'
import { useState } from 'react'
import { moveAll, type Some } from '../notes/bulk.ts'
import { runJob } from '../notes/job.ts'
import { byName, nameOf } from '../notes/projects.ts'
import { select } from '../notes/selection.ts'
import type { app } from '../schema.ts'
import { counted } from '../words.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { say } from './notice.tsx'
import { whenFree } from './when-free.ts'

interface MoveDialogProps {
  readonly some: Some
  readonly onClose: () => void
}

export function MoveDialog({ some, onClose }: MoveDialogProps) {
  const store = useStore<typeof app>()
  const projects = byName(useSpaces() ?? [])
  const [to, setTo] = useState<SpaceId | ''>('')
  const name = nameOf(projects.find(({ id }) => id === to) ?? { name: '' })
  const move = (): void =>
    whenFree(async () => {
      if (to === '') return
      onClose()
      const label = `Move ${counted(some.ids.length, 'note')}`
      const { moved, left } = await runJob(label, some.ids.length, (control) => moveAll({ ...control, store, some, label }, to))
      select([])
      const rest = left === 0 ? '' : ` ${counted(left, 'note needs', 'notes need')} your decision first, and stayed.`
      say({ text: `${counted(moved, 'note is', 'notes are')} in “${name}” now.${rest}` })
    })
  return (
    <Dialog title={`Move ${counted(some.ids.length, 'note')}?`} onClose={onClose}>
      <label class="field">
        <span>To the project</span>
        <select value={to} onChange={(event) => setTo(event.currentTarget.value as SpaceId)}>
          <option value="">Choose …</option>
          {projects.map((project) => (
            <option key={project.id} value={project.id}>
              {nameOf(project)}
            </option>
          ))}
        </select>
      </label>
      <p class="hint">They are written anew there, as they are now, and deleted here. Their history stays with the deleted notes.</p>
      <div class="dialog-buttons">
        <Button look="plain" onClick={onClose}>
          Cancel
        </Button>
        <Button look="primary" disabled={to === ''} onClick={move}>
          Move
        </Button>
      </div>
    </Dialog>
  )
}
