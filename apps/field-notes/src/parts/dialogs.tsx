/** The questions that can be asked from several places: one at a time. */
import { useSyncExternalStore } from 'react'
import { later } from './later.tsx'

const ExportDialog = later(() => import('./export-dialog.tsx').then((part) => part.ExportDialog))
const SampleDialog = later(() => import('./sample-dialog.tsx').then((part) => part.SampleDialog))

type Asked = 'export' | 'sample' | null

let asked: Asked = null
const listeners = new Set<() => void>()

export function askFor(next: Asked): void {
  asked = next
  for (const listener of listeners) listener()
}

const close = (): void => askFor(null)

export function Dialogs() {
  switch (useSyncExternalStore(subscribe, () => asked)) {
    case 'export':
      return <ExportDialog onClose={close} />
    case 'sample':
      return <SampleDialog onClose={close} />
    case null:
      return null
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
