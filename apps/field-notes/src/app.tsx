/**
 * The frame: a bar, the list, and beside it (on a phone: over it) the note or the page that is open.
 *
 *   ┌ bar: project · sync ────────────┐
 *   ├ list ──────┬ note or page ──────┤
 *   └ dock: new note · outbox · more ─┘     on a wide screen the dock is part of the bar
 */
import { useEffect } from 'react'
import { Bar } from './parts/bar.tsx'
import { Dialogs } from './parts/dialogs.tsx'
import { Dock } from './parts/dock.tsx'
import { ErrorBoundary } from './parts/error-boundary.tsx'
import { JobBar } from './parts/job-bar.tsx'
import { later } from './parts/later.tsx'
import { Notices } from './parts/notice.tsx'
import { UpdateReady } from './parts/update-ready.tsx'
import { go, useRoute } from './navigation.ts'
import { useRemoving } from './notes/removal.ts'
import type { Route } from './routes.ts'
import { ListPane } from './screens/list-pane.tsx'
import { OutboxPage } from './screens/outbox-page.tsx'
import { ReviewPage } from './screens/review-page.tsx'

const NotePage = later(() => import('./screens/note-page.tsx').then((part) => part.NotePage))
const ProjectsPage = later(() => import('./screens/projects-page.tsx').then((part) => part.ProjectsPage))
const ImportPage = later(() => import('./screens/import-page.tsx').then((part) => part.ImportPage))
const DevicePage = later(() => import('./screens/device-page.tsx').then((part) => part.DevicePage))

const RemovedPage = later(() => import('./screens/removed-page.tsx').then((part) => part.RemovedPage))

/** What is behind a button that most people press soon is fetched while nobody waits for it. */
export const prepare = (): void => void import('./screens/note-page.tsx')

/** While everything is removed nothing of the app is shown: it would read what is going. */
export const App = () => (useRemoving() ? <RemovedPage /> : <Frame />)

function Frame() {
  const route = useRoute()
  useElementRequests()
  return (
    <div class="app" data-shows={route.screen === 'list' ? 'list' : 'detail'}>
      <Bar />
      <Dock />
      <main>
        <ErrorBoundary>
          <ListPane />
        </ErrorBoundary>
        <section class="detail-pane" aria-label="Open" key={route.screen === 'note' ? route.id : route.screen}>
          <ErrorBoundary>
            <Detail route={route} />
          </ErrorBoundary>
        </section>
      </main>
      <Dialogs />
      <div class="foot">
        <JobBar />
        <UpdateReady />
        <Notices />
      </div>
    </div>
  )
}

function Detail({ route }: { readonly route: Route }) {
  switch (route.screen) {
    case 'note':
      return <NotePage key={route.id} id={route.id} />
    case 'outbox':
      return <OutboxPage />
    case 'review':
      return <ReviewPage />
    case 'projects':
      return <ProjectsPage />
    case 'import':
      return <ImportPage />
    case 'device':
      return <DevicePage />
    case 'list':
      return (
        <div class="placeholder">
          <p>Choose a note, or begin a new one.</p>
        </div>
      )
  }
}

/** The elements ask for pages that this app has of its own, and for the note that a person wants to correct. */
function useElementRequests(): void {
  useEffect(() => {
    const end = new AbortController()
    const open = (event: HTMLElementEventMap['tombolo-open']): void => {
      event.preventDefault()
      go({ screen: event.detail.view })
    }
    const edit = ({ detail }: HTMLElementEventMap['tombolo-edit']): void => go({ screen: 'note', id: detail.record })
    document.body.addEventListener('tombolo-open', open, end)
    document.body.addEventListener('tombolo-edit', edit, end)
    return () => end.abort()
  }, [])
}
