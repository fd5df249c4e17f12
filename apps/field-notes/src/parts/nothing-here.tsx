/** What stands in the place of notes when there are none: why, as far as this device can know. */
import { useSpaces, useStatus } from '@tombolo/react'
import { show, useFilter } from '../navigation.ts'
import { NO_FILTER } from '../notes/filter.ts'
import { absenceOf } from '../notes/absence.ts'
import { Button } from './button.tsx'
import { askFor } from './dialogs.tsx'

export function NothingHere({ isNarrowed }: { readonly isNarrowed: boolean }) {
  const { project } = useFilter()
  const spaces = useSpaces()
  const absence = absenceOf(useStatus(), { isNarrowed, inProject: (spaces?.length ?? 0) > 1 && project !== null })
  if (absence === null) return null
  return (
    <div class="nothing">
      {absence.title === null ? null : <p class="nothing-title">{absence.title}</p>}
      <p>{absence.text}</p>
      {absence.offer === 'show-all' ? <Button onClick={() => show({ ...NO_FILTER, project })}>Show all notes</Button> : null}
      {absence.offer === 'sample' ? (
        <Button class="only-narrow" icon="sample" onClick={() => askFor('sample')}>
          Load sample data
        </Button>
      ) : null}
    </div>
  )
}
