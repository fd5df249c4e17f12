/** When it was observed, as far as that is known: a year, a month or a day. */
import { useField } from '@tombolo/react'
import { useRef } from 'react'
import type { Note } from '../notes/note.ts'
import { dayOf, readDate } from '../notes/partial-date.ts'
import { Button } from './button.tsx'
import { FieldFault } from './field-fault.tsx'
import { useRefs } from './use-refs.ts'

export function DateField({ note }: { readonly note: Note }) {
  const date = useField(note, 'observedAt')
  const input = useRef<HTMLInputElement | null>(null)
  const write = (text: string): void => {
    if (input.current === null) return
    input.current.value = text
    input.current.dispatchEvent(new Event('input', { bubbles: true }))
    void date.save()
  }
  // '4.7.1977' is what a person writes; what is stored is one way to write it.
  const tidy = (): void => {
    const reading = readDate(input.current?.value ?? '')
    if (reading.ok && reading.date !== input.current?.value) write(reading.date)
  }
  const setInput = useRefs<HTMLInputElement>(date.props.ref, (element) => {
    input.current = element
    // Before it is left, when it is saved as it stands: compat takes `onChange` for `oninput`.
    element?.addEventListener('change', tidy)
  })
  return (
    <div class="field date-field">
      <label>
        <span>Observed</span>
        <input ref={setInput} placeholder="2026-11-22 or 2026" autocomplete="off" aria-invalid={date.state === 'failed'} />
      </label>
      <Button look="plain" onClick={() => write(dayOf(new Date()))}>
        Today
      </Button>
      <DayPicker onPick={write} />
      <FieldFault field={date} words="write a year, a month or a day: 2026, 2026-11 or 2026-11-22." />
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
