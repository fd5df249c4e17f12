import { openStore } from '@tombolo/client'
import { app } from './schema.ts'

const store = await openStore({
  schema: app,
  hub: '/sync',
  worker: () => new Worker(new URL('./store.worker.ts', import.meta.url), { type: 'module' }),
})
store.db.notes.watch((notes) => (document.body.textContent = notes.map(({ title }) => title).join('\n')))
