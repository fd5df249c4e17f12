/** Everything on this device as one file, and back: for a device that is repaired, changed or lost before it could send. */
import { useStore } from '@tombolo/react'
import { useState } from 'react'
import { broughtBack } from '../export/brought-back.ts'
import { download } from '../export/download.ts'
import { dayOf } from '../notes/partial-date.ts'
import type { app } from '../schema.ts'
import { whileWorking } from '../update/open-work.ts'
import { Button } from './button.tsx'
import { attempt, say } from './notice.tsx'

type Work = 'download' | 'bring-back'

export function DownloadCard() {
  const store = useStore<typeof app>()
  const [work, setWork] = useState<Work | null>(null)
  const begin = (kind: Work, run: () => Promise<void>): void => {
    if (work !== null) return
    setWork(kind)
    attempt(() => whileWorking(run).finally(() => setWork(null)))
  }
  const downloadAll = async (): Promise<void> => {
    const file = new Response(await store.exportAll(), { headers: { 'content-type': 'application/zip' } })
    download(await file.blob(), `FieldNotes-everything-${dayOf(new Date())}.zip`)
    say({ text: 'The download is made. Keep it where you keep what matters: it has all your notes, readable by anyone who has it.' })
  }
  const bringBack = async (file: File): Promise<void> => {
    say({ text: broughtBack(await store.importAll(file)) })
  }
  return (
    <section class="card">
      <h3>Everything as one file</h3>
      <p>
        Notes, their history, and what was not sent yet, in a zip that you can also read without this app. Bring it back here or on another
        device: nothing there is overwritten, and nothing comes twice. No network is needed.
      </p>
      <Button class="start" icon="export" aria-disabled={work !== null} onClick={() => begin('download', downloadAll)}>
        Download everything
      </Button>
      <label class="file">
        <span class="button">Bring back a download</span>
        <input
          class="visually-hidden"
          type="file"
          accept=".zip,application/zip"
          aria-disabled={work !== null}
          onChange={({ currentTarget }) => {
            const file = currentTarget.files?.[0]
            // The same file may be chosen again.
            currentTarget.value = ''
            if (file !== undefined) begin('bring-back', () => bringBack(file))
          }}
        />
      </label>
      <p class="hint" aria-live="polite">
        {work === null ? '' : WORDS[work]}
      </p>
    </section>
  )
}

const WORDS: Readonly<Record<Work, string>> = {
  download: 'Making the download … You can go on writing.',
  'bring-back': 'Bringing the download back …',
}
