/** What a download brought back, in words: '12 notes are back, in 1 project.' */
import type { Imported } from '@tombolo/client'
import { counted } from '../words.ts'

export function broughtBack({ records, spaces, changes }: Imported): string {
  if (spaces + changes === 0) return 'All of this download is here already.'
  const parts = [
    spaces === 0 ? '' : `${counted(records, 'note is', 'notes are')} back, in ${counted(spaces, 'project')}.`,
    changes === 0 ? '' : `${counted(changes, 'unsent change is', 'unsent changes are')} back.`,
  ]
  return parts.filter((part) => part !== '').join(' ')
}
