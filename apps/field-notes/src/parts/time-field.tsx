/** When in the day it was observed, where somebody looked at a watch. */
import { useField } from '@tombolo/react'
import type { Note } from '../notes/note.ts'
import { readTime } from '../notes/moment.ts'
import { Button } from './button.tsx'
import { FieldFault } from './field-fault.tsx'
import { useTidied } from './tidied.ts'

export function TimeField({ note }: { readonly note: Note }) {
  const time = useField(note, 'observedTime')
  const { ref, write } = useTidied(time, (text) => {
    const reading = readTime(text)
    return reading.ok ? reading.time : null
  })
  return (
    <div class="field time-field">
      <label>
        <span>Time</span>
        <input ref={ref} placeholder="06:40" autocomplete="off" aria-invalid={time.state === 'failed'} />
      </label>
      <Button look="plain" onClick={() => write(clock(new Date()))}>
        Now
      </Button>
      <FieldFault field={time} />
    </div>
  )
}

const clock = (now: Date): string => [now.getHours(), now.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':')
