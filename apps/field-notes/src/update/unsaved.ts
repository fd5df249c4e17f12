/** Text that the device could not take, being full say, is on this page alone: the browser asks before the page goes. */
import type { FieldStore } from '../store.ts'

type Unsaved = Pick<FieldStore, 'unsaved'>

export const hasUnsaved = ({ unsaved }: Unsaved): boolean => (unsaved.get() ?? []).length > 0

export function askBeforeLeaving(store: Unsaved): void {
  store.unsaved.subscribe(() => {
    // Only then, because browsers do not keep a page that asks ready for its return.
    if (hasUnsaved(store)) addEventListener('beforeunload', ask)
    else removeEventListener('beforeunload', ask)
  })
}

const ask = (event: Event): void => event.preventDefault()
