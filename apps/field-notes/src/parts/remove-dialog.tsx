/** Asks before everything is removed from this device, and says what would be lost with it. */
import { useStatus } from '@tombolo/react'
import { beginRemoving } from '../notes/removal.ts'
import { counted } from '../words.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

interface RemoveDialogProps {
  readonly onExport: () => void
  readonly onClose: () => void
}

export function RemoveDialog({ onExport, onClose }: RemoveDialogProps) {
  const { toSend = 0, needsAttention = 0 } = useStatus() ?? {}
  const isAllSent = toSend + needsAttention === 0
  return (
    <Dialog title="Remove everything from this device?" onClose={onClose}>
      <p>
        All notes, their history and what waits in the outbox are removed from this browser. Nothing is deleted at the hub, nor on your
        other devices.
      </p>
      {isAllSent ? (
        <p>Everything was sent: it comes back when you open FieldNotes here again.</p>
      ) : (
        <p class="field-fault" role="alert">
          {lostWords(toSend, needsAttention)} This device alone has them, and they would be lost.
        </p>
      )}
      <div class="dialog-buttons">
        <Button look="plain" onClick={onClose}>
          Keep it
        </Button>
        <Button onClick={onExport}>Export first</Button>
        <Button look="danger" onClick={beginRemoving}>
          {isAllSent ? 'Remove everything' : 'Remove, and lose what was not sent'}
        </Button>
      </div>
    </Dialog>
  )
}

/** '3 notes have changes that were not sent, 1 change was refused.' */
function lostWords(toSend: number, refused: number): string {
  const parts = [
    toSend === 0 ? '' : `${counted(toSend, 'note has', 'notes have')} changes that were not sent`,
    refused === 0 ? '' : `${counted(refused, 'change was', 'changes were')} refused`,
  ]
  return `${parts.filter((part) => part !== '').join(', ')}.`
}
