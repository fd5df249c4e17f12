/** A whole number that may be absent: what nobody counted is not zero. */
import { useField, useSpaces } from '@tombolo/react'
import { useState } from 'react'
import { wordsOf } from '../notes/fields.ts'
import type { Note } from '../notes/note.ts'
import { ANT_PROJECT } from '../sample/ants.ts'
import { FieldFault } from './field-fault.tsx'

interface NumberFieldProps {
  readonly note: Note
  readonly field: 'count' | 'openings'
}

function NumberField({ note, field }: NumberFieldProps) {
  const number = useField(note, field)
  return (
    <div class="field">
      <label>
        <span>{wordsOf(field)}</span>
        <input
          {...number.props}
          inputMode="numeric"
          placeholder="not counted"
          autocomplete="off"
          aria-invalid={number.state === 'failed'}
        />
      </label>
      <FieldFault field={number} />
    </div>
  )
}

export const CountField = ({ note }: { readonly note: Note }) => <NumberField note={note} field="count" />

/** Openings of ants' nests: for the sample, and for notes that have them. Once it is there it stays, whatever is taken out of it. */
export function OpeningsField({ note }: { readonly note: Note }) {
  const [wasWanted, setWanted] = useState(false)
  const project = useSpaces()?.find(({ id }) => id === note.space)
  const isWanted = wasWanted || note.openings !== null || project?.name === ANT_PROJECT
  if (isWanted && !wasWanted) setWanted(true)
  return isWanted ? <NumberField note={note} field="openings" /> : null
}
