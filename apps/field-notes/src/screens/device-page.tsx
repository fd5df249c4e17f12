/** What this app keeps on this device, how safe it is there, and which version it is. */
import { keepData, type Kept } from '@tombolo/client'
import { useStatus, useStore } from '@tombolo/react'
import { useEffect, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { DownloadCard } from '../parts/download-card.tsx'
import { ExportDialog } from '../parts/export-dialog.tsx'
import { InstallCard } from '../parts/install-card.tsx'
import { RemoveDialog } from '../parts/remove-dialog.tsx'
import type { app } from '../schema.ts'

export function DevicePage() {
  const status = useStatus()
  const isOnDisk = status?.storage.durability !== 'outbox-only'
  return (
    <div class="page">
      <h2>This device</h2>
      <section class="card">
        <h3>Your notes are here</h3>
        <p>
          {isOnDisk
            ? 'All your notes are in a database on this device. Reading, writing and searching need no network.'
            : 'This browser lets the app keep only what waits to be sent; everything else is fetched again each time.'}
        </p>
        <p class="hint">{status === undefined ? '' : `${megabytes(status.storage.bytes)} used by notes.`}</p>
      </section>
      <AccountCard />
      <DownloadCard />
      <KeepCard />
      <InstallCard />
      <RemoveCard />
    </div>
  )
}

/** Whose notes these are, and how this device comes to be one of theirs. */
function AccountCard() {
  const status = useStatus()
  const isSignedOut = status?.connection === 'needs-sign-in'
  return (
    <section class="card">
      <h3>Account</h3>
      <p>
        {status?.account === undefined || status.account === null ? (
          'This device has not been signed in to a hub yet.'
        ) : (
          <>
            Notes of this device belong to <bdi>{status.account}</bdi>.
          </>
        )}
      </p>
      {isSignedOut ? (
        <p class="field-fault" role="alert">
          The hub does not know this device any more. Your notes are safe here, and wait. Where the hub runs, its window shows an
          invitation: open its link on this device, or scan its code.
        </p>
      ) : (
        <p class="hint">
          To add another device, open on it the invitation that the hub shows where it runs, when it was started with --lan: a link, and a
          code to scan with a phone.
        </p>
      )}
    </section>
  )
}

/** For a device that is given away, or that several people use. */
function RemoveCard() {
  const [asking, setAsking] = useState<'remove' | 'export' | null>(null)
  const store = useStore<typeof app>()
  const close = (): void => setAsking(null)
  return (
    <section class="card">
      <h3>Remove from this device</h3>
      <p>For a device that you give away, or share with others. What was sent stays at the hub.</p>
      <Button look="danger" icon="trash" class="start" onClick={() => setAsking('remove')}>
        Remove everything from this device
      </Button>
      {asking === 'remove' ? <RemoveDialog onExport={() => setAsking('export')} onClose={close} /> : null}
      {asking === 'export' ? <ExportDialog all={store.db.notes} onClose={() => setAsking('remove')} /> : null}
    </section>
  )
}

const megabytes = (bytes: number): string =>
  new Intl.NumberFormat(undefined, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 }).format(bytes / 1e6)

const ANSWERS: Readonly<Record<Kept, string>> = {
  kept: '',
  'not-kept': 'This browser does not promise that now. It usually does once the app is installed, or often used.',
  declined: '',
  unknown: 'This browser does not say. What is sent is on the hub as well.',
}

/** A browser may clear what it keeps for a site when the device runs full, unless it was asked not to. */
function KeepCard() {
  const [kept, setKept] = useState<Kept | null>(null)
  // The card itself gives the reason; opening it only looks how things stand.
  useEffect(() => void keepData(() => false).then((now) => setKept(now === 'declined' ? null : now)), [])
  const ask = async (): Promise<void> => setKept(await keepData(() => true))
  return (
    <section class="card">
      <h3>Kept when space runs out</h3>
      <p>
        {kept === 'kept'
          ? 'This browser promises not to clear your notes when the device runs full.'
          : 'When the device runs full, this browser may clear what sites keep. Ask it to spare your notes; what is sent is on the hub as well.'}
      </p>
      {kept === 'kept' ? null : (
        <Button class="start" onClick={() => void ask()}>
          Ask to keep them
        </Button>
      )}
      <p class="hint" aria-live="polite">
        {kept === null ? '' : ANSWERS[kept]}
      </p>
    </section>
  )
}
