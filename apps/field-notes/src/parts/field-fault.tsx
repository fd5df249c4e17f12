/** Why what stands in an input is not saved, and what to do about it. Nothing while it is. */
import { Invalid } from '@tombolo/client'
import type { BoundField } from '@tombolo/react'

export function FieldFault({ field: { state, error } }: { readonly field: BoundField }) {
  if (state !== 'failed' || error === null) return null
  // What the schema wants says by itself what to do.
  const words = error instanceof Invalid ? error.message : `${error.message} ${error.help}`
  return (
    <p class="field-fault" role="alert">
      Not saved: {words}
    </p>
  )
}
