/** Deleting a project is for good, and on every device, so it names what is lost. */
import type { SpaceItem } from '@tombolo/client'
import { useStore } from '@tombolo/react'
import { currentFilter, show } from '../navigation.ts'
import { deleteProject } from '../notes/delete-project.ts'
import { runJob } from '../notes/job.ts'
import { nameOf } from '../notes/projects.ts'
import type { app } from '../schema.ts'
import { counted, figure } from '../words.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { attempt, say } from './notice.tsx'

interface DeleteProjectProps {
  readonly space: SpaceItem
  readonly count: number
  readonly toSend: number
  readonly onClose: () => void
}

export function DeleteProject({ space, count, toSend, onClose }: DeleteProjectProps) {
  const store = useStore<typeof app>()
  const name = nameOf(space)
  const remove = (): void =>
    attempt(async () => {
      onClose()
      const isGone = await runJob(`Deleting “${name}”`, count, (control) => deleteProject(store, space, control))
      const filter = currentFilter()
      if (isGone && filter.project === space.id) show({ ...filter, project: null })
      say({ text: isGone ? `“${name}” was deleted.` : `“${name}” was deleted in part. The rest is still there.` })
    })
  return (
    <Dialog title={`Delete “${name}”?`} onClose={onClose}>
      <p>
        {count === 0
          ? 'There are no notes in it.'
          : `${count === 1 ? 'Its one note is' : `All ${figure(count)} notes in it are`} deleted, here and on your other devices. This cannot be undone.`}
      </p>
      {toSend === 0 ? null : (
        <p>{counted(toSend, 'note has', 'notes have')} changes that were not sent yet: what was written last is on this device only.</p>
      )}
      {count === 0 ? null : <p>To keep a copy, cancel, open the project and choose Export.</p>}
      <div class="dialog-buttons">
        <Button look="plain" onClick={onClose}>
          Keep it
        </Button>
        <Button look="danger" onClick={remove}>
          {count === 0 ? 'Delete project' : `Delete project and ${counted(count, 'note')}`}
        </Button>
      </div>
    </Dialog>
  )
}
