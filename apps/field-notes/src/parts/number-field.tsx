/** A whole number that may be absent: what nobody counted is not zero. */
import { useField } from '@tombolo/react'
import type { Note } from '../notes/note.ts'
import { FieldFault } from './field-fault.tsx'

interface NumberFieldProps {
  readonly note: Note
  readonly field: 'count' | 'openings'
  readonly label: string
}

export function NumberField({ note, field, label }: NumberFieldProps) {
  const number = useField(note, field)
  return (
    <div class="field">
      <label>
        <span>{label}</span>
        <input
          {...number.props}
          inputMode="numeric"
          placeholder="not counted"
          autocomplete="off"
          aria-invalid={number.state === 'failed'}
        />
      </label>
      <FieldFault field={number} words="a whole number is wanted here." />
    </div>
  )
}
