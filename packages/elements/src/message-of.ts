/** What an error says to a person: its message, and what to do where it knows. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { help } = error as { readonly help?: unknown }
  return typeof help === 'string' && help !== '' ? `${error.message} ${help}` : error.message
}
