/** Asks before 34,931 notes come: what they are, how much that is, how long it takes, and how to be rid of them again. */
import { useStore } from '@tombolo/react'
import { useEffect, useState } from 'react'
import { go } from '../navigation.ts'
import { NO_FILTER } from '../notes/filter.ts'
import { isJobRunning } from '../notes/job.ts'
import { loadSample } from '../sample/load.ts'
import { ANT_COUNTS, ANT_PROJECT } from '../sample/ants.ts'
import type { app } from '../schema.ts'
import { figure } from '../words.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { attempt, say } from './notice.tsx'

export function SampleDialog({ onClose }: { readonly onClose: () => void }) {
  const store = useStore<typeof app>()
  const there = useSampleCount()
  const [isFetching, setFetching] = useState(false)
  const load = (): void => {
    setFetching(true)
    attempt(async () => {
      const { project, outcome } = await loadSample(store).finally(onClose)
      go({ screen: 'list' }, { ...NO_FILTER, project })
      const { saved, known, stopped } = await outcome
      const words = stopped === null ? 'The sample is here' : 'The sample was not loaded to its end'
      say({
        text: `${words}: ${figure(saved + known)} notes in “${ANT_PROJECT}”.`,
        isError: stopped !== null && stopped !== 'by-person',
      })
    })
  }
  const isWhole = there === ANT_COUNTS
  return (
    <Dialog title="Load sample data?" onClose={onClose}>
      <p>
        {figure(ANT_COUNTS)} counts of ant colonies in the Arizona desert, 1977 to 2009, published by the Portal Project for everyone (CC0).
      </p>
      <ul>
        <li>They come into a project of their own, “{ANT_PROJECT}”. Delete that project, and they are gone.</li>
        <li>
          About 130 kB are fetched, once. On this device they take about 40 MB, and loading takes a minute or so; you can go on working.
        </li>
        <li>They are sent to the hub like notes of yours, and arrive on your other devices.</li>
      </ul>
      {there === null || there === 0 ? null : (
        <p>{isWhole ? 'All of them are here already.' : `${figure(there)} of them are here already; loading goes on from there.`}</p>
      )}
      <div class="dialog-buttons">
        <Button look="plain" onClick={onClose}>
          Cancel
        </Button>
        <Button look="primary" disabled={isFetching || isWhole || isJobRunning()} onClick={load}>
          {isFetching ? 'Fetching …' : `Load ${figure(ANT_COUNTS)} notes`}
        </Button>
      </div>
    </Dialog>
  )
}

/** How many of the counts are on this device; null while nobody knows. */
function useSampleCount(): number | null {
  const store = useStore<typeof app>()
  const [count, setCount] = useState<number | null>(null)
  useEffect(() => {
    void (async () => {
      const sample = (await store.spaces()).find(({ name }) => name === ANT_PROJECT)
      setCount(sample === undefined ? 0 : await store.db.notes.in(sample).count())
    })()
  }, [store])
  return count
}
