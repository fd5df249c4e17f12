/** Puts tags to many notes, or takes them away. */
import { useStore } from '@tombolo/react'
import { useEffect, useState } from 'react'
import { changeAll, type Some } from '../notes/bulk.ts'
import { tagsIn } from '../notes/fields.ts'
import { runJob } from '../notes/job.ts'
import type { app } from '../schema.ts'
import { counted } from '../words.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { say } from './notice.tsx'
import { whenFree } from './when-free.ts'

interface TagDialogProps {
  readonly some: Some
  readonly onClose: () => void
}

export function TagDialog({ some, onClose }: TagDialogProps) {
  const store = useStore<typeof app>()
  const [text, setText] = useState('')
  const [known, setKnown] = useState<readonly string[]>([])
  useEffect(() => void store.db.notes.elements('tags').then(setKnown), [store])
  const tags = tagsIn(text)
  const put = (step: 'addTo' | 'removeFrom'): void =>
    whenFree(async () => {
      onClose()
      const label = `${step === 'addTo' ? 'Tag' : 'Untag'} ${counted(some.ids.length, 'note')}`
      const count = await runJob(label, some.ids.length, (control) =>
        changeAll({ ...control, store, some, label }, (w, note) => {
          for (const tag of tags) if (note.tags.includes(tag) === (step === 'removeFrom')) w[step](note, 'tags', tag)
        }),
      )
      say({ text: `${tags.join(', ')}: ${step === 'addTo' ? 'put to' : 'taken from'} ${counted(count, 'note')}.` })
    })
  return (
    <Dialog title={`Tags of ${counted(some.ids.length, 'note')}`} onClose={onClose}>
      <label class="field">
        <span>Tags, separated by commas</span>
        <input value={text} list="all-tags" autocomplete="off" autofocus onInput={(event) => setText(event.currentTarget.value)} />
        <datalist id="all-tags">
          {known.map((tag) => (
            <option key={tag} value={tag} />
          ))}
        </datalist>
      </label>
      <div class="dialog-buttons">
        <Button look="plain" onClick={onClose}>
          Cancel
        </Button>
        <Button disabled={tags.length === 0} onClick={() => put('removeFrom')}>
          Take away
        </Button>
        <Button look="primary" disabled={tags.length === 0} onClick={() => put('addTo')}>
          Add
        </Button>
      </div>
    </Dialog>
  )
}
