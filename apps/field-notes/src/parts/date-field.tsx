/** When it was observed, as far as that is known: a year, a month or a day. */
import { useField } from '@tombolo/react'
import { useRef } from 'react'
import type { Note } from '../notes/note.ts'
import { dayOf, readDate } from '../notes/partial-date.ts'
import { Button } from './button.tsx'
import { FieldFault } from './field-fault.tsx'
import { useTidied } from './tidied.ts'

export function DateField({ note }: { readonly note: Note }) {
  const date = useField(note, 'observedAt')
  const { ref, write } = useTidied(date, (text) => {
    const reading = readDate(text)
    return reading.ok ? reading.date : null
  })
  return (
    <div class="field date-field">
      <label>
        <span>Observed</span>
        <input ref={ref} placeholder="2026-11-22 or 2026" autocomplete="off" aria-invalid={date.state === 'failed'} />
      </label>
      <Button look="plain" onClick={() => write(dayOf(new Date()))}>
        Today
      </Button>
      <DayPicker onPick={write} />
      <FieldFault field={date} />
    </div>
  )
}

/** The device's own calendar, for whole days. */
function DayPicker({ onPick }: { readonly onPick: (day: string) => void }) {
  const picker = useRef<HTMLInputElement>(null)
  return (
    <span class="day-picker">
      <Button look="plain" icon="calendar" aria-label="Choose a day" onClick={() => picker.current?.showPicker()} />
      <input
        ref={picker}
        type="date"
        tabIndex={-1}
        aria-hidden="true"
        onChange={({ currentTarget: { value } }) => value !== '' && onPick(value)}
      />
    </span>
  )
}
