/** Removes all that this app keeps on this device, and stays when it is done: whoever goes on from here begins anew. */
import { deleteStore } from '@tombolo/client'
import { useStore } from '@tombolo/react'
import { useEffect, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { wordsOf } from '../parts/notice.tsx'
import type { app } from '../schema.ts'
import type { FieldStore } from '../store.ts'

type Progress = { readonly at: 'removing' | 'done' } | { readonly at: 'failed'; readonly words: string }

export function RemovedPage() {
  const store = useStore<typeof app>()
  const [progress, setProgress] = useState<Progress>({ at: 'removing' })
  useEffect(() => {
    remove(store).then(
      () => setProgress({ at: 'done' }),
      (error: unknown) => setProgress({ at: 'failed', words: wordsOf(error) }),
    )
  }, [store])
  return (
    <main class="placeholder" aria-live="polite">
      {progress.at === 'removing' ? <h1>Removing …</h1> : null}
      {progress.at === 'done' ? (
        <>
          <h1>Removed from this device</h1>
          <p>No notes are left here. What was sent is still at the hub. You can close this window.</p>
          <Button onClick={() => location.replace('/')}>Open FieldNotes again</Button>
        </>
      ) : null}
      {progress.at === 'failed' ? (
        <>
          <h1>Not removed</h1>
          <p role="alert">{progress.words} Your notes are still on this device.</p>
          <Button onClick={() => location.replace('/')}>Back to the notes</Button>
        </>
      ) : null}
    </main>
  )
}

async function remove(store: FieldStore): Promise<void> {
  await store.close()
  await deleteStore()
}
