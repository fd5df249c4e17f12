/** An input of a field in which people write one thing in several ways: '4.7.1977' is saved as 1977-07-04, and shown so. */
import type { BoundField } from '@tombolo/react'
import { useRef } from 'react'
import { useRefs } from './use-refs.ts'

interface Tidied {
  readonly ref: (element: HTMLInputElement | null) => void
  /** As a person would type it. */
  readonly write: (text: string) => void
}

/** `read` gives the one way to write it, or null for what is not understood, which stays as it is. */
export function useTidied(field: BoundField, read: (text: string) => string | null): Tidied {
  const input = useRef<HTMLInputElement | null>(null)
  const write = (text: string): void => {
    if (input.current === null) return
    input.current.value = text
    input.current.dispatchEvent(new Event('input', { bubbles: true }))
    void field.save()
  }
  const tidy = (): void => {
    const text = read(input.current?.value ?? '')
    if (text !== null && text !== input.current?.value) write(text)
  }
  const ref = useRefs<HTMLInputElement>(field.props.ref, (element) => {
    input.current = element
    // Before it is left, when it is saved as it stands: compat takes `onChange` for `oninput`.
    element?.addEventListener('change', tidy)
  })
  return { ref, write }
}
