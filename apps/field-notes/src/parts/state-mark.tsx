/** Where a note stands, in words and an icon; colour only repeats it. */
import type { RecordStatus } from '@tombolo/client'
import type { Note } from '../notes/note.ts'
import { Icon, type IconName } from './icon.tsx'

export const STATE_WORDS: Readonly<Record<RecordStatus, string>> = {
  synced: 'Sent',
  pending: 'To send',
  failed: 'Needs attention',
  conflicted: 'To review',
}

const STATE_ICONS: Readonly<Record<RecordStatus, IconName>> = {
  synced: 'sent',
  pending: 'waiting',
  failed: 'failed',
  conflicted: 'conflict',
}

export function StateMark({ note }: { readonly note: Pick<Note, '$state'> }) {
  return (
    <span class={`state state-${note.$state}`}>
      <Icon name={STATE_ICONS[note.$state]} />
      {STATE_WORDS[note.$state]}
    </span>
  )
}
