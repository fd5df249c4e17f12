/** What can be done from everywhere. On a phone it lies under the thumb, and what is seldom wanted is behind 'More'. */
import { useSpaces, useStatus, useStore } from '@tombolo/react'
import { go, useFilter } from '../navigation.ts'
import { beginNote } from '../notes/begin-note.ts'
import type { app } from '../schema.ts'
import { Button } from './button.tsx'
import { askFor } from './dialogs.tsx'
import type { IconName } from './icon.tsx'

const MORE = 'more-actions'

const ACTIONS: readonly (readonly [words: string, icon: IconName, act: () => void])[] = [
  ['Projects', 'folder', () => go({ screen: 'projects' })],
  ['Import', 'import', () => go({ screen: 'import' })],
  ['Export', 'export', () => askFor('export')],
  ['Load sample data', 'sample', () => askFor('sample')],
  ['Device', 'device', () => go({ screen: 'device' })],
]

export function Dock() {
  const store = useStore<typeof app>()
  const filter = useFilter()
  const spaces = useSpaces()
  return (
    <nav class="dock" aria-label="Actions">
      <div class="more" id={MORE} popover="auto" onClick={() => document.getElementById(MORE)?.hidePopover()}>
        {ACTIONS.map(([words, icon, act]) => (
          <Button key={words} look="plain" icon={icon} onClick={act}>
            {words}
          </Button>
        ))}
      </div>
      <Button look="plain" icon="more" class="more-button" popovertarget={MORE}>
        More
      </Button>
      <OutboxButton />
      <Button look="primary" icon="add" class="new-note" onClick={() => beginNote(store, filter, spaces)}>
        New note
      </Button>
    </nav>
  )
}

function OutboxButton() {
  const status = useStatus()
  const count = (status?.toSend ?? 0) + (status?.needsAttention ?? 0)
  return (
    // Its name stays the same, whatever waits: the number beside it is drawn, and the chip says it.
    <Button
      look="plain"
      icon="outbox"
      class="outbox-button"
      aria-label="Outbox"
      data-count={count === 0 ? undefined : count > 999 ? '999+' : count}
      onClick={() => go({ screen: 'outbox' })}
    >
      Outbox
    </Button>
  )
}
