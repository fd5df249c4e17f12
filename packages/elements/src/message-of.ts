/** The text of an error for a person: its message, and its `help` if it has one. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { help } = error as { readonly help?: unknown }
  return typeof help === 'string' && help !== '' ? `${error.message} ${help}` : error.message
}
