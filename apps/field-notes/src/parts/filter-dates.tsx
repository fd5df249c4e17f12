/** From when, and until when: a year, a month or a day each, as exactly as the person means it. */
import { useEffect, useRef, useState } from 'react'
import type { Filter } from '../notes/filter.ts'
import { readDate } from '../notes/partial-date.ts'

interface FilterDatesProps {
  readonly filter: Filter
  readonly onChange: (part: Pick<Partial<Filter>, 'from' | 'to'>) => void
}

export function FilterDates({ filter, onChange }: FilterDatesProps) {
  return (
    <>
      <Bound label="Observed from" value={filter.from} onChange={(from) => onChange({ from })} />
      <Bound label="Observed to" value={filter.to} onChange={(to) => onChange({ to })} />
    </>
  )
}

interface BoundProps {
  readonly label: string
  readonly value: string | null
  readonly onChange: (date: string | null) => void
}

/** It counts when it is whole: on Enter, or when it is left. */
function Bound({ label, value, onChange }: BoundProps) {
  const input = useRef<HTMLInputElement>(null)
  const [fault, setFault] = useState('')
  useEffect(() => {
    if (input.current !== null) input.current.value = value ?? ''
  }, [value])
  const take = (text: string): void => {
    const reading = readDate(text)
    setFault(reading.ok || text.trim() === '' ? '' : reading.reason)
    if (reading.ok) onChange(reading.date)
    else if (text.trim() === '') onChange(null)
  }
  return (
    <label class="field">
      <span>{label}</span>
      <input
        ref={input}
        placeholder="2026, 2026-05 …"
        autocomplete="off"
        aria-invalid={fault !== ''}
        onKeyDown={({ key, currentTarget: { value: text } }) => key === 'Enter' && take(text)}
        onBlur={({ currentTarget: { value: text } }) => take(text)}
      />
      {fault === '' ? null : <span class="field-fault">{fault}</span>}
    </label>
  )
}
