/** What two people wrote at once, for a person to decide. */
import type { TomboloConflicts } from '@tombolo/elements'
import { Defined } from '../parts/defined.tsx'

const focus = (element: TomboloConflicts | null): void => element?.focus()

export function ReviewPage() {
  return (
    <div class="page">
      <Defined tag="tombolo-conflicts">
        <tombolo-conflicts ref={focus} />
      </Defined>
    </div>
  )
}
