/** Hands a file to the browser, which saves it where this person keeps downloads. */
export function download(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  // The browser reads the file a moment after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
