/** Deleting a project is for everyone and for good, so it names what is lost. */
import type { SpaceItem } from '@tombolo/client'
import { useStore } from '@tombolo/react'
import { currentFilter, show } from '../navigation.ts'
import { deleteProject } from '../notes/delete-project.ts'
import { runJob } from '../notes/job.ts'
import { nameOf } from '../notes/projects.ts'
import type { app } from '../schema.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { attempt, say } from './notice.tsx'

const number = new Intl.NumberFormat()

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
          : `${count === 1 ? 'Its one note is' : `All ${number.format(count)} notes in it are`} deleted, here and on every other device, for everyone. This cannot be undone.`}
      </p>
      {toSend === 0 ? null : <p>{number.format(toSend)} of them were never sent: nobody else has them.</p>}
      {count === 0 ? null : <p>To keep a copy, cancel, open the project and choose Export.</p>}
      <div class="dialog-buttons">
        <Button look="plain" onClick={onClose}>
          Keep it
        </Button>
        <Button look="danger" onClick={remove}>
          {count === 0 ? 'Delete project' : `Delete project and ${number.format(count)} ${count === 1 ? 'note' : 'notes'}`}
        </Button>
      </div>
    </Dialog>
  )
}
