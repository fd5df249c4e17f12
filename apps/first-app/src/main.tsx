import { openStore } from '@tombolo/client'
import '@tombolo/elements'
import '@tombolo/elements/jsx'
import { StoreProvider, useQuery } from '@tombolo/react'
import { render } from 'preact'
import { app } from './schema.ts'

const store = await openStore({
  schema: app,
  hub: '/sync',
  worker: () => new Worker(new URL('./store.worker.ts', import.meta.url), { type: 'module' }),
})
const project = (await store.spaces())[0] ?? (await store.createSpace('My notes')) // works offline

function Notes() {
  const notes = useQuery(store.db.notes.in(project).orderBy('id', 'desc').limit(100))
  return (
    <>
      <tombolo-status />
      <button onClick={() => void store.write((w) => w.notes.add(project, { title: 'Untitled' }))}>New note</button>
      {notes.map((note) => (
        <li key={note.id}>
          {note.title} <small>{note.$state}</small>
        </li>
      ))}
    </>
  )
}

const page = document.getElementById('app')
const view = (
  <StoreProvider store={store}>
    <Notes />
  </StoreProvider>
)
if (page !== null) render(view, page)
