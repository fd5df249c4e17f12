/** One line at the foot of the screen: what was done, with a way to undo it, or what went wrong. It stays until it is answered or replaced. */
import { TomboloError } from '@tombolo/client'
import { Cell, useCell } from '../cell.ts'
import { Button } from './button.tsx'

interface Notice {
  readonly text: string
  readonly action?: { readonly label: string; readonly run: () => void }
  readonly isError?: boolean
}

const current = new Cell<Notice | null>(null)

export const say = current.set

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
  const notice = useCell(current)
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
