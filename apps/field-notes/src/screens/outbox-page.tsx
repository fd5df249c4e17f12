/** What waits to leave this device, and what was refused. */
import type { TomboloOutbox } from '@tombolo/elements'
import { Defined } from '../parts/defined.tsx'

const focus = (element: TomboloOutbox | null): void => element?.focus()

export function OutboxPage() {
  return (
    <div class="page">
      <Defined tag="tombolo-outbox">
        <tombolo-outbox ref={focus} />
      </Defined>
    </div>
  )
}
