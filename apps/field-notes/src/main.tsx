/** Opens the store of this device and shows the app on it. Nothing here waits for a network. */
import { openStore, TomboloError } from '@tombolo/client'
import { StoreProvider } from '@tombolo/react'
import { createRoot } from 'react-dom/client'
import { App, prepare } from './app.tsx'
import { projectFor } from './notes/projects.ts'
import { app } from './schema.ts'
import type { FieldStore } from './store.ts'
// The address of the built worker, which the linter takes for the worker itself.
// oxlint-disable-next-line import/default
import workerUrl from './store.worker.ts?worker&url'
import './styles/index.css'
import { scriptUrl } from './trusted.ts'
import { keepInstallOffer } from './update/install.ts'
import { askBeforeLeaving } from './update/unsaved.ts'
import { registerServiceWorker } from './update/update.ts'

const root = createRoot(document.querySelector('#app') ?? document.body)
keepInstallOffer()
start().catch(fail)

async function start(): Promise<void> {
  const store = await openStore({ schema: app, hub: '/sync', worker: () => new Worker(scriptUrl(workerUrl), { type: 'module' }) })
  root.render(
    <StoreProvider store={store}>
      <App />
    </StoreProvider>,
  )
  afterFirstPaint(store).catch(reportError)
}

/** From here on the app works: whatever fails now is no reason to take it away. */
async function afterFirstPaint(store: FieldStore): Promise<void> {
  askBeforeLeaving(store)
  registerServiceWorker()
  // The first start makes 'My notes', unless the hub knows of projects already.
  projectFor(store, null).catch(reportError)
  const { showStore } = await import('./parts/elements.ts')
  showStore(store)
  prepare()
}

function fail(error: unknown): void {
  const { what, help } = faultOf(error)
  // Nothing is typed here, so nothing is lost by beginning again.
  globalThis.addEventListener('online', () => location.reload(), { once: true })
  root.render(
    <div class="fault" role="alert">
      <h1>FieldNotes could not open</h1>
      <p>{what}</p>
      <p>{help}</p>
      <button type="button" class="button primary" onClick={() => location.reload()}>
        Try again
      </button>
    </div>,
  )
  reportError(error)
}

/** What kept the app from opening, and what to do. Files that are missing are told without their names: whoever reads this makes no apps. */
function faultOf(error: unknown): { readonly what: string; readonly help: string } {
  if (!(error instanceof TomboloError)) return { what: String(error), help: 'Reload the app. What you have saved is safe on this device.' }
  if (error.code !== 'store.part' && error.code !== 'store.worker') return { what: error.message, help: error.help }
  return {
    what: 'A part of the app is not on this device yet, and could not be fetched.',
    help: 'What you have saved is safe on this device. The app tries again when there is a signal.',
  }
}
