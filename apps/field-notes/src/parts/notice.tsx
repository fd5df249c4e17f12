/** One line at the foot of the screen: what was done, with a way to undo it, or what went wrong. It stays until it is answered or replaced. */
import { TomboloError } from '@tombolo/client'
import { useSyncExternalStore } from 'react'
import { Button } from './button.tsx'

interface Notice {
  readonly text: string
  readonly action?: { readonly label: string; readonly run: () => void }
  readonly isError?: boolean
}

let current: Notice | null = null
const listeners = new Set<() => void>()

export function say(notice: Notice | null): void {
  current = notice
  for (const listener of listeners) listener()
}

/** Does what a person asked for, and says so when it could not be done. */
export function attempt(work: () => Promise<unknown>): void {
  work().catch((error: unknown) => {
    say({ text: wordsOf(error), isError: true })
    if (!(error instanceof TomboloError)) reportError(error)
  })
}

export const wordsOf = (error: unknown): string =>
  error instanceof TomboloError ? `${error.message} ${error.help}` : `That did not work: ${String(error)}`

const close = (): void => say(null)

export function Notices() {
  const notice = useSyncExternalStore(subscribe, () => current)
  return (
    <div class="notices" aria-live="polite">
      {notice === null ? null : (
        <div class={notice.isError === true ? 'notice error' : 'notice'} role={notice.isError === true ? 'alert' : undefined}>
          <p>{notice.text}</p>
          {notice.action === undefined ? null : (
            <Button look="plain" onClick={() => (close(), notice.action?.run())}>
              {notice.action.label}
            </Button>
          )}
          <Button look="plain" icon="close" aria-label="Dismiss" onClick={close} />
        </div>
      )}
    </div>
  )
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
