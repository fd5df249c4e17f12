/** Why what stands in an input is not saved, and what to do about it. Nothing while it is. */
import type { BoundField } from '@tombolo/react'

export function FieldFault({ field, words }: { readonly field: BoundField; readonly words?: string }) {
  if (field.state !== 'failed' || field.error === null) return null
  return (
    <p class="field-fault" role="alert">
      Not saved: {words ?? `${field.error.message} ${field.error.help}`}
    </p>
  )
}
