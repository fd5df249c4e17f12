/** Projects: made, named, opened, and deleted as a whole. All of it works without a network. */
import { useCount, useSpaces, useStore } from '@tombolo/react'
import type { SpaceItem } from '@tombolo/client'
import { useState } from 'react'
import { go } from '../navigation.ts'
import { filtered, NO_FILTER } from '../notes/filter.ts'
import { byName, nameOf } from '../notes/projects.ts'
import { Button } from '../parts/button.tsx'
import { DeleteProject } from '../parts/delete-project.tsx'
import { attempt, say } from '../parts/notice.tsx'
import type { app } from '../schema.ts'
import { counted, figure } from '../words.ts'

export function ProjectsPage() {
  const spaces = useSpaces()
  return (
    <div class="page">
      <h2>Projects</h2>
      <p class="hint">
        A project holds notes that belong together: it is shown, exported and deleted as a whole. It can be made anywhere, with or without a
        signal.
      </p>
      <NewProject />
      <ul class="cards" role="list">
        {byName(spaces ?? []).map((space) => (
          <Project key={space.id} space={space} />
        ))}
      </ul>
    </div>
  )
}

function NewProject() {
  const store = useStore<typeof app>()
  const [name, setName] = useState('')
  const create = (event: Event): void => {
    event.preventDefault()
    if (name.trim() === '') return
    attempt(async () => {
      const project = await store.createSpace(name.trim())
      setName('')
      say({ text: `“${nameOf(project)}” is ready.` })
      go({ screen: 'list' }, { ...NO_FILTER, project: project.id })
    })
  }
  return (
    <form class="card inline-form" onSubmit={create}>
      <label class="field">
        <span>Name of the new project</span>
        <input value={name} autocomplete="off" placeholder="Pond survey" onInput={(event) => setName(event.currentTarget.value)} />
      </label>
      <Button type="submit" icon="add" look="primary">
        New project
      </Button>
    </form>
  )
}

function Project({ space }: { readonly space: SpaceItem }) {
  const store = useStore<typeof app>()
  const filter = { ...NO_FILTER, project: space.id }
  const count = useCount(filtered(store, filter))
  const toSend = useCount(filtered(store, { ...filter, state: 'pending' }))
  const [doing, setDoing] = useState<'rename' | 'delete' | null>(null)
  const done = (): void => setDoing(null)
  return (
    <li class="card project">
      <h3>{nameOf(space)}</h3>
      <p class="hint">
        {count === undefined ? '…' : counted(count, 'note')}
        {toSend === undefined || toSend === 0 ? '' : ` · ${figure(toSend)} to send`}
      </p>
      {doing === 'rename' ? (
        <Rename space={space} onDone={done} />
      ) : (
        <div class="row-of-buttons">
          <Button onClick={() => go({ screen: 'list' }, filter)}>Open</Button>
          <Button look="plain" icon="edit" onClick={() => setDoing('rename')}>
            Rename
          </Button>
          <Button look="plain" icon="trash" onClick={() => setDoing('delete')}>
            Delete
          </Button>
        </div>
      )}
      {doing === 'delete' ? <DeleteProject space={space} count={count ?? 0} toSend={toSend ?? 0} onClose={done} /> : null}
    </li>
  )
}

function Rename({ space, onDone }: { readonly space: SpaceItem; readonly onDone: () => void }) {
  const store = useStore<typeof app>()
  const [name, setName] = useState(nameOf(space))
  const rename = (event: Event): void => {
    event.preventDefault()
    if (name.trim() !== '') attempt(() => store.renameSpace(space, name.trim()).then(onDone))
  }
  return (
    <form class="inline-form" onSubmit={rename}>
      <label class="field">
        <span>Name</span>
        <input value={name} autofocus autocomplete="off" onInput={(event) => setName(event.currentTarget.value)} />
      </label>
      <Button type="submit" look="primary">
        Save name
      </Button>
      <Button look="plain" onClick={onDone}>
        Cancel
      </Button>
    </form>
  )
}
